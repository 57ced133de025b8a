import type { Rule } from '../rule.ts';

export const CONFIGURATION_RULES: readonly Rule[] = [
  {
    id: 'workflow-injection', languages: ['yaml'], severity: 'high', category: 'security', confidence: 0.85,
    pattern: /\$\{\{\s*github\.(?:head_ref|event\.(?:issue|pull_request|comment|review|head_commit|discussion)\.(?:title|body|head\.ref|head\.label|message|[\w.]*(?:title|body|message|ref)))\s*\}\}/,
    unless: /^\s*[A-Z_]+:\s*\$\{\{/,
    title: 'Text from an issue or a pull request becomes a part of a script',
    explanation: 'Whoever writes the title or branch name runs commands with the workflow\'s token. Put it in an `env:` variable and use that, quoted, in the script.',
  },
  {
    id: 'workflow-target', languages: ['yaml'], severity: 'medium', category: 'security', confidence: 0.6,
    pattern: /^\s*(?:-\s*)?pull_request_target\s*:?\s*$/,
    title: 'The workflow runs with secrets for pull requests from anybody',
    explanation: '`pull_request_target` gives the token and the secrets of the repository. Never check out or run the pull request\'s code in it; otherwise use `pull_request`.',
  },
  {
    id: 'pipe-to-shell', languages: ['shell', 'docker', 'yaml'], severity: 'medium', category: 'security', confidence: 0.75,
    pattern: /\b(?:curl|wget)\b[^|#]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b/,
    title: 'A script from the network is run as it comes',
    explanation: 'Whoever controls the address or the connection runs commands here, and a cut download runs half of them. Download a fixed version, check its checksum, then run it.',
  },
  {
    id: 'world-writable', languages: 'all', severity: 'medium', category: 'security', confidence: 0.8,
    pattern: /\bchmod\s+(?:-R\s+)?(?:0?777|a\+rwx)\b|\bchmod(?:Sync)?\([^)]*\b0?o?777\b(?!\s*[-&])|\bMkdirAll?\([^)]*\b0o?777\b/,
    title: 'Everybody on the machine may write here',
    explanation: 'Another user or process can change what this one reads or runs. Give the owner alone the right to write.',
  },
  {
    id: 'debug-on', languages: ['python', 'php', 'yaml'], severity: 'medium', category: 'security', confidence: 0.7,
    pattern: /\.run\([^)]*\bdebug\s*=\s*True|^\s*DEBUG\s*=\s*True\s*$|\bAPP_DEBUG\s*[:=]\s*["']?true/,
    title: 'Debugging is on',
    explanation: 'Error pages then show code and settings, and some frameworks let the reader run code. Take it from the environment, off by default.',
    suggest: (line) => line.replace(/(\bdebug\s*=\s*)True/, '$1False').replace(/^(\s*DEBUG\s*=\s*)True/, '$1False'),
  },
  {
    id: 'open-cors', languages: ['javascript', 'python', 'java', 'go', 'php'], severity: 'medium', category: 'security', confidence: 0.7,
    pattern: /\bcors\(\s*\{[^}]*\borigin:\s*(?:true|["']\*["'])[^}]*\bcredentials:\s*true|\bcors\(\s*\{[^}]*\bcredentials:\s*true[^}]*\borigin:\s*(?:true|["']\*["'])|allow_origins\s*=\s*\[\s*["']\*["']\s*\].*allow_credentials\s*=\s*True/,
    title: 'Every site may act in the name of the user',
    explanation: 'With credentials and any origin allowed, a page elsewhere can read and change the data of whoever visits it. List the origins.',
  },
  {
    id: 'plain-http', languages: ['javascript', 'python', 'ruby', 'php', 'java', 'kotlin', 'csharp', 'go', 'yaml'], inTests: false, severity: 'low', category: 'security', confidence: 0.5,
    pattern: /(?:\b(?:fetch|get|post|put|request|urlopen|axios|Get|Post|NewRequest|RestTemplate)\w*\(\s*|\b(?:base_?url|endpoint|api_?url|host|webhook_?url|server_?url)\w*["']?\s*[:=]\s*)["'`]http:\/\/(?!localhost|127\.|0\.0\.0\.0|\[|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|host\.docker|\$|\{|%|[\w-]+(?::\d+)?(?:["'`/]|$)|[\w.-]+\.(?:local|internal|test|example|localhost|svc)\b|(?:www\.)?example\.)/i,
    title: 'The address is not encrypted',
    explanation: 'What is sent, keys included, can be read and changed on the way. Use `https://`.',
    suggest: (line) => line.replace(/(["'`])http:\/\//, '$1https://'),
  },
  {
    id: 'image-latest', languages: ['docker'], severity: 'low', category: 'reliability', confidence: 0.7,
    pattern: /^\s*FROM\s+(?!scratch\b)(?!\$)\S+:latest\b/i,
    title: 'The image is whatever is newest',
    explanation: 'Two builds of the same commit differ, and a new major version arrives unasked. Name a version, or a digest.',
  },
  {
    id: 'type-check-off', languages: ['javascript'], inComments: true, severity: 'low', category: 'maintainability', confidence: 0.55,
    pattern: /@ts-(?:ignore|nocheck)\b/,
    title: 'Type checking is turned off',
    explanation: 'Later mistakes on this line go unseen. Correct the type, or use `@ts-expect-error` with a reason, which reports when it is no longer needed.',
    suggest: (line) => line.replace(/@ts-ignore\b/, '@ts-expect-error'),
  },
];
