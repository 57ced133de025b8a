const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ALPHANUMERIC = `${LETTERS}0123456789`;

/** `length` characters of an alphabet, the same each time. Made here, so that no scanner takes this file's text for a secret. */
function filler(length: number, alphabet = ALPHANUMERIC): string {
  return Array.from({ length }, (_, at) => alphabet[(at * 7 + 3) % alphabet.length]).join('');
}

const hex = (length: number) => filler(length, '0123456789abcdef');
const body = (length: number) => `MII${filler(length - 3)}`.match(/.{1,64}/g)!.join('\n');

/** Of each rule of secretlint's recommended preset, texts that its documentation says it finds. */
export const EXAMPLES_BY_RULE: Readonly<Record<string, readonly string[]>> = {
  aws: [`AKIA${filler(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`, `ASIA${filler(16, 'QRSTUVWXYZ')}`, `aws_secret_access_key = "${filler(40, `${ALPHANUMERIC}/+`)}"`,
    `SecretAccessKey: ${filler(40)}`, 'AWS_ACCOUNT_ID=1234-5678-9012', 'aws_account: 123456789012'],
  gcp: [JSON.stringify({ type: 'service_account', private_key_id: 'a1', private_key: `-----BEGIN PRIVATE ${'KEY'}-----\n${body(200)}\n-----END PRIVATE KEY-----\n` })],
  privatekey: ['RSA ', 'EC ', 'OPENSSH ', ''].map((kind) => `-----BEGIN ${kind}PRIVATE ${'KEY'}-----\n${kind === 'OPENSSH ' ? `b3BlbnNzaC1rZXktdjE${filler(200)}` : body(300)}\n-----END ${kind}PRIVATE KEY-----`),
  npm: [`npm_${filler(36)}`],
  basicauth: ['https://carol:Tr0ub4dor9x@intranet.acme.com/'],
  slack: [`xoxb-${filler(12, '123456789')}-${filler(24)}`, `xapp-1-${filler(11)}-${filler(30)}`, `https://hooks.slack.com/services/T${filler(8)}/B${filler(8)}/${filler(24)}`],
  sendgrid: [`SG.${filler(22)}.${filler(43)}`],
  shopify: ['shppa', 'shpca', 'shpat', 'shpss'].map((kind) => `${kind}_${hex(32)}`),
  github: [...['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map((kind) => `${kind}_${filler(36)}`), `github_pat_${filler(82)}`],
  gitlab: [`glpat-${filler(20)}`, `glpat-${filler(20, LETTERS)}`],
  grafana: [`glc_${filler(40, `${ALPHANUMERIC}+/`)}`, `glsa_${filler(32)}_${hex(8)}`],
  openai: [`sk-${filler(20)}T3BlbkFJ${filler(20)}`, `sk-proj-${filler(74)}T3BlbkFJ${filler(74)}`],
  anthropic: [`sk-ant-api03-${filler(93)}AA`],
  groq: [`gsk_${filler(52)}`],
  huggingface: [`hf_${filler(34, LETTERS)}`],
  linear: [`lin_api_${filler(40)}`],
  notion: [`ntn_${filler(11, '0123456789')}${filler(35)}`],
  '1password': [`ops_${Buffer.from(JSON.stringify({ email: 'e@my.1password.com', secretKey: filler(97) })).toString('base64')}`],
  'database-connection-string': ['mongodb+srv://admin:S3cr3tPassw0rd@cluster0.acme.net/prod', 'postgresql://svc:Xy7%Q2wLp9@db.acme.net:5432/main', 'mysql://svc:Xy7Q2wLp9z@10.0.0.3/shop'],
  'hashicorp-vault': [`hvs.${filler(95)}`, `hvb.${filler(150)}`, `hvr.${filler(95)}`],
  vercel: ['vcp', 'vci', 'vca', 'vcr', 'vck'].map((kind) => `${kind}_${filler(24)}`),
  databricks: [`dapi${hex(32)}`],
  docker: [`dckr_pat_${filler(27)}`],
  figma: [`figd_${filler(43)}`],
};

/** Tokens that secretlint's preset does not know. */
export const KNOWN_TOKEN_EXAMPLES: readonly string[] = [
  `sk_live_${filler(24)}`, `rk_test_${filler(24)}`, `AIza${filler(35)}`, `GOCSPX-${filler(28)}`, `ya29.${filler(60)}`, `sk-or-v1-${hex(64)}`,
  `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${Buffer.from('{"sub":"1234567890","name":"J"}').toString('base64url')}.${filler(43)}`,
  `AccountKey=${filler(86)}==`, filler(40), `pypi-AgEIcHlwaS5vcmc${filler(60)}`, `dop_v1_${hex(64)}`, `glrt-${filler(20)}`, `123456789:AA${filler(33)}`, `sbp_${hex(40)}`, `SK${hex(32)}`, `key-${hex(32)}`,
];
