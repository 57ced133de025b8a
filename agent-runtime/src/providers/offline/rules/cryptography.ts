import type { Rule } from '../rule.ts';

const TLS = {
  severity: 'high', category: 'security', confidence: 0.9,
  title: 'The certificate of the other side is not checked',
  explanation: 'Anybody between here and there can read and change the traffic. Leave the check on; for a private authority, add its certificate to the trusted ones.',
} as const;
const RANDOM = {
  severity: 'high', category: 'security', confidence: 0.85,
  title: 'A secret is made with a predictable random generator',
  explanation: 'Its output can be guessed from earlier values. Use the generator that is made for secrets (`crypto.randomBytes` or `crypto.randomUUID`, `secrets` in Python, `random_bytes` in PHP, `crypto/rand` in Go, `SecureRandom` in Java).',
} as const;
const SECRET_NAME = String.raw`(?:token|secret|passw(?:or)?d|session|otp|nonce|salt|csrf|api_?key|reset_?code|verification_?code)`;

export const CRYPTOGRAPHY_RULES: readonly Rule[] = [
  { ...TLS, id: 'node-tls', languages: ['javascript'], pattern: /\brejectUnauthorized["']?\s*:\s*false\b/, suggest: (line) => line.replace(/(\brejectUnauthorized["']?\s*:\s*)false\b/, '$1true') },
  { ...TLS, id: 'node-tls-variable', languages: 'all', pattern: /NODE_TLS_REJECT_UNAUTHORIZED["']?\]?\s*[:=]\s*["']?0/ },
  { ...TLS, id: 'python-verify', languages: ['python'], pattern: /[(,]\s*verify\s*=\s*False\b|\b_create_unverified_context\b|(?<![=!<>])=\s*(?:ssl\.)?CERT_NONE\b/, suggest: (line) => line.replace(/(\bverify\s*=\s*)False\b/, '$1True') },
  { ...TLS, id: 'go-tls', languages: ['go'], pattern: /\bInsecureSkipVerify\s*[:=]+\s*true\b/, suggest: (line) => line.replace(/(\bInsecureSkipVerify\s*[:=]+\s*)true\b/, '$1false') },
  { ...TLS, id: 'php-tls', languages: ['php'], pattern: /CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*(?:,|=>)\s*(?:false|0)\b/i },
  { ...TLS, id: 'ruby-tls', languages: ['ruby'], pattern: /\bVERIFY_NONE\b/, suggest: (line) => line.replace(/\bVERIFY_NONE\b/, 'VERIFY_PEER') },
  { ...TLS, id: 'rust-tls', languages: ['rust'], pattern: /danger_accept_invalid_(?:certs|hostnames)\(\s*true\s*\)/ },
  { ...TLS, id: 'dotnet-tls', languages: ['csharp'], pattern: /Certificate(?:Custom)?ValidationCallback\s*\+?=\s*[^;]*=>\s*true|DangerousAcceptAnyServerCertificateValidator/ },
  { ...TLS, id: 'curl-insecure', languages: ['shell', 'docker', 'yaml'], confidence: 0.75, pattern: /\bcurl\b[^|;#]*\s(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)(?=\s|$)|\bwget\b[^|;#]*--no-check-certificate/ },
  {
    id: 'weak-password-hash', languages: 'all', severity: 'high', category: 'security', confidence: 0.85,
    pattern: /(?=.*passw(?:or)?d|.*\bpwd\b)(?:.*\bcreateHash\(\s*["'](?:md5|sha1|sha256)["']|.*\bhashlib\.(?:md5|sha1|sha256)\(|.*\b(?:md5|sha1)\s*\(\s*\$|.*MessageDigest\.getInstance\(\s*"(?:MD5|SHA-?1|SHA-256)"|.*\b(?:md5|sha1)\.Sum\(|.*Digest::(?:MD5|SHA1))/i,
    title: 'A password is hashed with a fast hash',
    explanation: 'Billions of guesses a second can be tried against it once the table leaks. Use a password hash with a salt and a cost: argon2id, scrypt or bcrypt.',
  },
  {
    id: 'weak-cipher', languages: 'all', severity: 'high', category: 'security', confidence: 0.8,
    pattern: /\bcreateCipher\(|["']aes-\d{3}-ecb["']|createCipheriv\(\s*["'](?:des|rc4)\b|\bMODE_ECB\b|getInstance\(\s*"(?:DES|DESede|RC4|AES\/ECB)[/"]|\bdes\.NewCipher\(|\brc4\.NewCipher\(/i,
    title: 'A weak cipher or mode is used',
    explanation: 'ECB shows repeated blocks, and DES and RC4 are broken. Use authenticated encryption, such as AES-256-GCM, with a fresh nonce for each message.',
  },
  {
    id: 'jwt-unverified', languages: ['javascript', 'python', 'ruby', 'php', 'java', 'go'], severity: 'critical', category: 'security', confidence: 0.85,
    pattern: /\balg(?:orithm)?s?["']?\s*[:=]\s*\[?\s*["']none["']|["']?verify_signature["']?\s*[:=]>?\s*(?:False|false)|\bjwt\.decode\([^)]*\bverify\s*=\s*False/,
    title: 'The token\'s signature is not checked',
    explanation: 'Anybody can write such a token and be whom they like. Verify it with the key and a fixed list of algorithms.',
  },
  { ...RANDOM, id: 'js-random', languages: ['javascript'], pattern: new RegExp(String.raw`${SECRET_NAME}\w*\s*(?:[:=]|\(\s*\)\s*(?::\s*\w+\s*)?(?:=>|\{))[^;]*\bMath\.random\(`, 'i') },
  { ...RANDOM, id: 'js-random-function', languages: ['javascript'], lines: 3, pattern: new RegExp(String.raw`(?:function\s+|const\s+|=>\s*)\w*${SECRET_NAME}\w*[^\n]*\n(?:[^\n]*\n)?[^\n]*\bMath\.random\(`, 'i') },
  { ...RANDOM, id: 'python-random', languages: ['python'], pattern: new RegExp(String.raw`${SECRET_NAME}\w*\s*=[^#]*\brandom\.(?:random|randint|choices?|randrange|getrandbits|sample)\(`, 'i'), unless: /SystemRandom/ },
  { ...RANDOM, id: 'php-random', languages: ['php'], pattern: new RegExp(String.raw`${SECRET_NAME}\w*\s*=[^;]*\b(?:mt_rand|rand|uniqid|lcg_value)\(`, 'i') },
  { ...RANDOM, id: 'java-random', languages: ['java', 'kotlin', 'csharp'], confidence: 0.75, pattern: new RegExp(String.raw`${SECRET_NAME}\w*\s*=[^;]*\bnew\s+Random\(`, 'i') },
];
