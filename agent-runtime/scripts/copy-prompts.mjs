// Prompts are read beside the module that uses them, so the build takes them along.
import { cpSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

cpSync(here('../src'), here('../dist'), {
  recursive: true,
  filter: (source) => statSync(source).isDirectory() || source.endsWith('.md'),
});
