import type { ChangedFile, DiffLine } from '../change.ts';
import { baseName, complain, MAX_LINE, type Check } from './line-check.ts';

/** A package manifest: how it names a dependency, and which of its sections hold them. */
interface Manifest {
  readonly file: RegExp;
  readonly dependency: RegExp;
  /** A line that opens a section, its name as the first group; absent where the manifest has none. */
  readonly section?: RegExp;
  readonly dependencySection?: RegExp;
}

const MANIFESTS: readonly Manifest[] = [
  {
    file: /^package\.json$/,
    dependency: /^\s*"((?:@[\w.-]+\/)?[\w.-]+)"\s*:\s*"(?:[~^<>=v*\d]|latest|next|(?:workspace|npm|file|link|git|github|https?|catalog):|git\+)[^"]*"/,
    section: /^\s*"([\w-]+)"\s*:\s*\{/,
    dependencySection: /^(dev|peer|optional)?dependencies$/i,
  },
  { file: /^requirements[\w.-]*\.(txt|in)$/, dependency: /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~;@].*)?(?:#.*)?$/ },
  { file: /^go\.mod$/, dependency: /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/[^\s]+)\s+v\d\S*\s*$/ },
  {
    file: /^Cargo\.toml$/,
    dependency: /^\s*([A-Za-z0-9][\w-]*)\s*=\s*(?:"[\^~=<>*\d][^"]*"|\{.*\b(?:version|git|path|workspace)\b.*\})/,
    section: /^\s*\[([^\]]+)\]/,
    dependencySection: /(^|\.)((dev|build|workspace)[-.])?dependencies$/,
  },
  { file: /^pom\.xml$/, dependency: /^\s*<artifactId>([\w.-]+)<\/artifactId>/, section: /^\s*<(dependency|parent|plugin|exclusion|project)\b[^/]*>/, dependencySection: /^dependency$/ },
];

/** Package.json keys outside of the dependency sections whose value looks like a version. */
const NO_DEPENDENCIES = new Set(['version', 'node', 'npm', 'yarn', 'pnpm', 'vscode', 'packageManager', 'rust-version', 'edition']);

/** Names each dependency that an added line brings in and no deleted line of the same manifest had. */
export const checkNewDependencies: Check = (file) => {
  const manifest = MANIFESTS.find((candidate) => candidate.file.test(baseName(file.path)));
  if (manifest === undefined) return [];
  const before = new Set(namesIn(file, manifest, 'deleted').map(({ name }) => name));
  return namesIn(file, manifest, 'added').filter(({ name }) => !before.has(name)).map(({ name, line }) => complain(file, line, {
    severity: 'info', category: 'dependency', confidence: 0.9, title: `New dependency: ${name}`,
    explanation: `The change adds the package \`${name}\`. Check that it is the intended one, that it is maintained, and that its licence fits.`,
  }));
};

function namesIn(file: ChangedFile, manifest: Manifest, kind: DiffLine['kind']): { name: string; line: DiffLine }[] {
  const found: { name: string; line: DiffLine }[] = [];
  for (const hunk of file.hunks) {
    // Unknown until the hunk shows where a section begins; then only dependency sections count.
    let inside: boolean | null = null;
    for (const line of hunk.lines) {
      if (line.kind !== 'context' && line.kind !== kind) continue;
      const text = line.text.slice(0, MAX_LINE).replace(/\r$/, '');
      const section = manifest.section?.exec(text)?.[1];
      if (section !== undefined) inside = manifest.dependencySection!.test(section);
      const name = manifest.dependency.exec(text)?.[1];
      if (name === undefined || line.kind !== kind || inside === false || NO_DEPENDENCIES.has(name)) continue;
      found.push({ name, line });
    }
  }
  return found;
}
