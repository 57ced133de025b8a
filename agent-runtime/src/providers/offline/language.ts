export type Language =
  | 'javascript' | 'python' | 'ruby' | 'php' | 'java' | 'kotlin' | 'csharp' | 'go' | 'rust' | 'c' | 'shell' | 'sql' | 'yaml'
  | 'docker' | 'html' | 'json' | 'other';

const BY_EXTENSION: Readonly<Record<string, Language>> = {
  js: 'javascript', jsx: 'javascript', mjs: 'javascript', cjs: 'javascript', ts: 'javascript', tsx: 'javascript', mts: 'javascript',
  cts: 'javascript', vue: 'javascript', svelte: 'javascript', py: 'python', pyi: 'python', rb: 'ruby', rake: 'ruby', php: 'php',
  java: 'java', kt: 'kotlin', kts: 'kotlin', scala: 'java', groovy: 'java', cs: 'csharp', go: 'go', rs: 'rust', c: 'c', h: 'c', cc: 'c',
  cpp: 'c', hpp: 'c', sh: 'shell', bash: 'shell', zsh: 'shell', sql: 'sql', yml: 'yaml', yaml: 'yaml', html: 'html', htm: 'html', json: 'json',
};

/** The language of a file by its name; null for texts, which hold no code that runs. */
export function languageOf(path: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^(Dockerfile|Containerfile)(\.|$)/i.test(name) || name.endsWith('.dockerfile')) return 'docker';
  const extension = /\.([A-Za-z]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (['md', 'mdx', 'txt', 'rst', 'adoc', 'csv', 'svg', 'po'].includes(extension)) return null;
  return BY_EXTENSION[extension] ?? 'other';
}

export function isTest(path: string): boolean {
  return /(^|\/)(tests?|__tests__|specs?|e2e|fixtures?|testdata|__mocks__|mocks?)\//i.test(path) || /[._-](test|spec)s?\.[A-Za-z]+$/i.test(path)
    || /(^|\/)test_[^/]+\.py$/.test(path);
}

const COMMENT: Readonly<Partial<Record<Language, RegExp>>> = {
  python: /^\s*#/, ruby: /^\s*#/, shell: /^\s*#/, yaml: /^\s*#/, docker: /^\s*#/, sql: /^\s*--/, html: /^\s*<!--/,
  php: /^\s*(\/\/|#|\/?\*)/, json: /^$(?!)/,
};

/** Whether a line is nothing but a comment. */
export function isComment(language: Language, line: string): boolean {
  return (COMMENT[language] ?? /^\s*(\/\/|\/\*|\*(\s|\/|$))/).test(line);
}
