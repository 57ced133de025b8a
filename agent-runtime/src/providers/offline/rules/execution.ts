import type { Rule } from '../rule.ts';

const COMMAND = {
  severity: 'critical', category: 'security', confidence: 0.85,
  title: 'A shell command is put together from values',
  explanation: 'A value with `;`, `$()` or quotes in it becomes a command of its own (command injection). Run the program without a shell and pass its arguments as a list.',
} as const;
const DESERIALISE = {
  severity: 'high', category: 'security', confidence: 0.8,
  title: 'Data is turned into objects in a way that can run code',
  explanation: 'Whoever made the data decides which code runs while it is read. Use a format that only holds data (JSON, or the safe loader), unless the data is signed and checked first.',
} as const;

export const EXECUTION_RULES: readonly Rule[] = [
  { ...COMMAND, id: 'node-exec', languages: ['javascript'], pattern: /(?:(?<![.\w])|\b(?:child_process|cp|childProcess)\.)exec(?:Sync)?\(\s*(?:`[^`]*\$\{|"[^"]*"\s*\+|'[^']*'\s*\+)/ },
  { ...COMMAND, id: 'node-shell', languages: ['javascript'], confidence: 0.5, severity: 'medium', pattern: /\bshell:\s*true\b/, suggest: (line) => line.replace(/\bshell:\s*true\b/, 'shell: false') },
  { ...COMMAND, id: 'python-os-system', languages: ['python'], pattern: /\bos\.(?:system|popen)\(\s*(?:f["']|["'][^"']*["']\s*(?:%|\+|\.format)|\w+\s*\+)/ },
  { ...COMMAND, id: 'python-shell', languages: ['python'], severity: 'high', pattern: /\bsubprocess\.\w+\([^#]*\bshell\s*=\s*True|^\s*shell\s*=\s*True\s*,?\s*\)?\s*$/ },
  { ...COMMAND, id: 'php-exec', languages: ['php'], pattern: /\b(?:shell_exec|system|passthru|popen|proc_open|exec)\s*\([^;]*\$\w/, unless: /escapeshell(?:arg|cmd)|->exec|curl_exec/ },
  { ...COMMAND, id: 'ruby-system', languages: ['ruby'], pattern: /(?:\b(?:system|exec|spawn)\s*\(?\s*"[^"]*|`[^`]*|%x[({[][^)}\]]*)#\{/ },
  { ...COMMAND, id: 'java-exec', languages: ['java', 'kotlin'], pattern: /getRuntime\(\)\.exec\([^)]*\+/ },
  { ...COMMAND, id: 'go-shell', languages: ['go'], pattern: /exec\.Command(?:Context)?\([^)]*"(?:ba)?sh"\s*,\s*"-c"\s*,\s*(?:[^")]|"[^"]*"\s*\+|fmt\.)/ },
  {
    id: 'eval', languages: ['javascript', 'python', 'php', 'ruby'], severity: 'high', category: 'security', confidence: 0.85,
    pattern: /(?<![.\w$>:])eval\s*\(\s*(?!\s*["'][^"'+]*["']\s*\))[\w$`"'(]|\bnew Function\((?!\s*\))/,
    unless: /^\s*def\s+eval|literal_eval/,
    title: 'Text is run as code',
    explanation: 'If any part of the text comes from outside, so does the code. Parse the data, or choose among functions that are written down here.',
  },
  { ...DESERIALISE, id: 'python-pickle', languages: ['python'], pattern: /\b(?:c?[pP]ickle|dill|shelve|marshal)\.(?:loads?|open|Unpickler)\(/ },
  {
    ...DESERIALISE, id: 'python-yaml-load', languages: ['python'], confidence: 0.9, pattern: /\byaml\.(?:load|load_all|unsafe_load)\(/, unless: /SafeLoader|CSafeLoader|BaseLoader/,
    suggest: (line) => (/yaml\.(load|load_all)\([^,()]*\)/.test(line) ? line.replace(/\byaml\.(load|load_all)\(/, 'yaml.safe_$1(') : line),
  },
  { ...DESERIALISE, id: 'php-unserialize', languages: ['php'], pattern: /\bunserialize\s*\([^;]*\$/, unless: /allowed_classes/ },
  { ...DESERIALISE, id: 'ruby-marshal', languages: ['ruby'], pattern: /\bMarshal\.load\(|\bYAML\.(?:unsafe_)?load\(/ },
  { ...DESERIALISE, id: 'dotnet-binary-formatter', languages: ['csharp'], pattern: /\bnew\s+(?:BinaryFormatter|NetDataContractSerializer|LosFormatter)\(|TypeNameHandling\.(?:All|Auto|Objects)/ },
  { ...DESERIALISE, id: 'java-object-input', languages: ['java', 'kotlin'], confidence: 0.6, pattern: /\bnew\s+ObjectInputStream\(|\bObjectInputStream\([^)]*\)\.readObject/ },
];
