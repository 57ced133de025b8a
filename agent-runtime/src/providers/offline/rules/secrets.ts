import type { Rule } from '../rule.ts';

export const SECRET_RULES: readonly Rule[] = [
  {
    id: 'hard-coded-secret', languages: 'all', severity: 'high', category: 'security', confidence: 0.65,
    // A letter and a digit or symbol: what is only a word is mostly a name, a label or a key of a translation.
    pattern: /(?:\b|_)(?:passw(?:or)?d|passphrase|secret|api_?key|access_?key|private_?key|auth_?token|access_?token|client_?secret|encryption_?key)\w{0,20}["']?\s*(?::=|:|=>|=)\s*(?:str\s*=\s*)?["'`](?=[^"'`]*[A-Za-z])(?=[^"'`]*[\d!@#$%^&*+/=])[^"'`\s{}<>]{8,}["'`]/i,
    unless: /process\.env|os\.environ|getenv|\$\{|example|change[-_]?me|placeholder|dummy|redacted|xxxx|\*\*\*|your[-_ ]|<[\w-]+>|vault:|arn:|ref\(|test[-_]?(?:key|token|secret|password)|https?:\/\/|\.(?:json|ya?ml|pem|key|ts|js)["'`]/i,
    title: 'What looks like a secret is written into the code',
    explanation: 'Everybody who can read the repository, now or later, has it. Take it from the environment or a secret store, and replace the value, since it stays in the history.',
  },
  {
    id: 'secret-in-log', languages: ['javascript', 'python', 'ruby', 'php', 'java', 'kotlin', 'csharp', 'go'], severity: 'medium', category: 'security', confidence: 0.65,
    pattern: /\b(?:console\.\w+|log(?:ger|ging)?(?:\.\w+)?|print(?:ln|f)?|fmt\.Print\w*|puts|error_log|Console\.WriteLine)\s*\((?:[^"'`]*|.*[,+{]\s*)(?:[\w$]+(?:\.|->))*\$?(?:passw(?:or)?d|secret|api_?key|access_?token|auth_?token|private_?key|credit_?card|ssn)\s*[,)}+]/i,
    unless: /mask|redact|\*\*\*|\.length|hash/i,
    title: 'A secret is written to the log',
    explanation: 'Logs are kept, copied and read by many. Leave the value out, or log that it is present.',
  },
  {
    id: 'security-todo', languages: 'all', inComments: true, severity: 'medium', category: 'security', confidence: 0.6,
    pattern: /\b(?:TODO|FIXME|HACK|XXX)\b.*\b(?:security|insecure|authenti\w+|authori[sz]\w+|permissions?|validate (?:the |this |user |all )?(?:inputs?|requests?|tokens?|users?)|saniti[sz]\w+|encrypt\w*|csrf|injection|vulnerab\w+)\b/i,
    title: 'Something about security is left to be done',
    explanation: 'Once this is merged, the gap is open until somebody remembers it. Close it here, or make the change unreachable and track it.',
  },
  {
    id: 'authorisation-removed', languages: ['javascript', 'python', 'ruby', 'php', 'java', 'kotlin', 'csharp', 'go'], changed: 'deleted',
    severity: 'medium', category: 'security', confidence: 0.45,
    pattern: /@(?:login_required|permission_required|PreAuthorize|Secured|RolesAllowed|Authorize)\b|\[Authorize\b|\b(?:require|ensure|verify|check|authenticate|authorize)_?(?:Auth|auth|Admin|admin|Permission|permission|Token|token|Role|role|Signature|signature|csrf|Csrf)\w*\s*[(,)]|\bbefore_action\s+:auth\w+/,
    title: 'A check of who may do this is removed',
    explanation: 'If the check did not move to a place that runs earlier, this can now be done by anybody. Say where it is done, or put it back.',
  },
];
