import type { Rule } from '../rule.ts';

const STATEMENT = String.raw`\b(?:SELECT\b[^"'\x60]{0,200}\bFROM\b|INSERT\s+INTO\b|UPDATE\b[^"\x60]{0,100}\bSET\b|DELETE\s+FROM\b)`;
const SQL = {
  severity: 'critical', category: 'security', confidence: 0.9,
  title: 'SQL is put together from text and values',
  explanation: 'A value that becomes part of the statement can change what the statement does (SQL injection). Pass it as a parameter instead: a placeholder (`?`, `$1`, `%s`, `:name`) in the text and the value beside it.',
} as const;
const HTML = {
  severity: 'high', category: 'security',
  title: 'HTML is made from a value',
  explanation: 'If the value comes from a user or another system, its markup and scripts run in the reader\'s browser (cross-site scripting). Set it as text (`textContent`, an escaped template), or sanitise it first.',
} as const;
const PATH = {
  severity: 'high', category: 'security',
  title: 'A path is taken from the request',
  explanation: 'With `..` or an absolute path the caller reaches files outside the intended folder (path traversal). Resolve the path, check that it is still inside the folder, and refuse it otherwise; or look the file up by an identifier.',
} as const;

const REQUEST = String.raw`\b(?:req|request|ctx|event)\.(?:params|query|body|headers|args|form|files|values|GET|POST|json|queryStringParameters|pathParameters)\b`;

export const INJECTION_RULES: readonly Rule[] = [
  { ...SQL, id: 'sql-template', languages: ['javascript'], pattern: new RegExp(String.raw`(?<![\w)\]]|\b(?:sql|SQL)\s{1,3})\x60[^\x60]*${STATEMENT}[^\x60]*\$\{`, 'i') },
  { ...SQL, id: 'sql-concatenation', languages: 'all', pattern: new RegExp(String.raw`(?:"[^"]*${STATEMENT}[^"]*"|'[^']*${STATEMENT}[^']*')\s*(?:\+(?!=)|\.(?=\s*\$)|\|\|)\s*[\w$(]`, 'i') },
  { ...SQL, id: 'sql-python-format', languages: ['python'], pattern: new RegExp(String.raw`\bf(?:"""|"|')[^\n]*${STATEMENT}[^\n]*\{|${STATEMENT}[^\n]*["']\s*(?:%\s*[\w(]|\.format\()`, 'i') },
  { ...SQL, id: 'sql-interpolation', languages: ['csharp', 'kotlin', 'java', 'ruby', 'php'], pattern: new RegExp(String.raw`(?:\$"[^"]*${STATEMENT}[^"]*\{|"[^"]*${STATEMENT}[^"]*(?:#\{|\$\{?[A-Za-z_]))`, 'i') },
  { ...SQL, id: 'sql-sprintf', languages: ['go', 'java', 'kotlin', 'c', 'php', 'rust'], pattern: new RegExp(String.raw`\b(?:Sprintf|format|sprintf|snprintf)!?\([^"]{0,40}"[^"]*${STATEMENT}[^"]*(?:%[svdq]|\{)`, 'i') },
  {
    ...HTML, id: 'inner-html', languages: ['javascript', 'html'], confidence: 0.75,
    pattern: /\.(?:innerHTML|outerHTML)\s*\+?=(?!=)\s*(?!\s*(?:''|""|``)\s*;?\s*$)(?!["'][^"']*["']\s*;?\s*$)|\.insertAdjacentHTML\(\s*["'`]\w+["'`]\s*,\s*(?!["'][^"']*["']\s*\))|\bdocument\.write(?:ln)?\((?!\s*["'][^"']*["']\s*\))/,
    unless: /sanitize|DOMPurify|escapeHtml|trustedTypes/i,
  },
  { ...HTML, id: 'dangerous-html', languages: ['javascript'], confidence: 0.7, pattern: /dangerouslySetInnerHTML\s*=|\bv-html\s*=|\{@html\s/, unless: /sanitize|DOMPurify|escapeHtml/i },
  { ...HTML, id: 'php-echo', languages: ['php'], confidence: 0.9, pattern: /\b(?:echo|print)\b[^;]*\$_(?:GET|POST|REQUEST|COOKIE)\b/, unless: /htmlspecialchars|htmlentities|intval|\(int\)/ },
  {
    ...PATH, id: 'path-traversal', languages: ['javascript', 'python'], confidence: 0.8,
    pattern: new RegExp(String.raw`\b(?:join|resolve|readFile(?:Sync)?|writeFile(?:Sync)?|createReadStream|createWriteStream|unlink(?:Sync)?|sendFile|send_file|open|Path)\([^)]{0,200}${REQUEST}`),
    unless: /basename|secure_filename|safe_join|root:/,
  },
  { ...PATH, id: 'php-include', languages: ['php'], confidence: 0.9, pattern: /\b(?:include|require)(?:_once)?\b[^;]*\$_(?:GET|POST|REQUEST|COOKIE)|\b(?:file_get_contents|fopen|readfile|unlink)\([^;]*\$_(?:GET|POST|REQUEST)/, unless: /basename/ },
  {
    id: 'request-forgery', languages: ['javascript', 'python'], severity: 'high', category: 'security', confidence: 0.75,
    pattern: new RegExp(String.raw`\b(?:fetch|axios(?:\.\w+)?|got(?:\.\w+)?|requests\.\w+|urlopen|httpx\.\w+)\(\s*(?:\x60|f["'])?(?:\$?\{)?${REQUEST}`),
    title: 'An address is taken from the request',
    explanation: 'The caller can make this server send requests to internal addresses (server-side request forgery). Allow only known hosts, and refuse private and loopback addresses after resolving the name.',
  },
  {
    id: 'open-redirect', languages: ['javascript', 'python'], severity: 'medium', category: 'security', confidence: 0.8,
    pattern: new RegExp(String.raw`\bredirect\(\s*(?:30\d\s*,\s*)?${REQUEST}`),
    title: 'The redirect goes wherever the request says',
    explanation: 'A link to this site can lead its reader to another one that looks like it (open redirect). Redirect only to paths of this site or to listed hosts.',
  },
  {
    id: 'mass-assignment', languages: ['javascript'], severity: 'medium', category: 'security', confidence: 0.55,
    pattern: /(?:\b(?:create|update|updateOne|findByIdAndUpdate|findOneAndUpdate|insertMany|assign)\([^()]{0,80}|\bnew [A-Z]\w*\(\s*)(?<![.\w])(?:\.\.\.)?req\.body\s*[,)}]/,
    title: 'The whole request body is written to a record',
    explanation: 'The caller can set fields that are not theirs to set, such as a role or an owner (mass assignment). Name the fields that may be written.',
  },
];
