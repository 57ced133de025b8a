import { Minimatch } from 'minimatch';
import type { ModelPolicy } from '../../contract/task.ts';
import type { CatalogueEntry, EmbeddingEntry, Permissions } from './catalogue.ts';
import type { KeySettings } from './key-settings.ts';

type Entry = CatalogueEntry | EmbeddingEntry;

/** What holds for keys that the file does not name. */
const OTHERS = '*';

interface TenantRules {
  readonly mayUse: ((entry: Entry) => boolean) | null;
  readonly policies: readonly ModelPolicy[] | null;
  readonly answers: Map<Entry, true | string>;
}

export function createPermissions(settings: KeySettings): Permissions {
  const unrestricted = Object.keys(settings).length === 0;
  const known = new Map<string, TenantRules>();
  const settingsOf = (tenant: string) => (Object.hasOwn(settings, tenant) ? settings[tenant] : settings[OTHERS]);

  function rulesOf(tenant: string): TenantRules {
    let rules = known.get(tenant);
    if (rules === undefined) {
      const own = settingsOf(tenant);
      rules = { mayUse: own?.models ? matcher(own.models) : null, policies: own?.policies ?? null, answers: new Map() };
      known.set(tenant, rules);
    }
    return rules;
  }

  return {
    model(tenant, entry) {
      const { mayUse, answers } = rulesOf(tenant);
      if (mayUse === null) return true;
      let answer = answers.get(entry);
      if (answer === undefined) {
        answer = mayUse(entry) || `The API key "${tenant}" may not use ${entry.model.id}.`;
        answers.set(entry, answer);
      }
      return answer;
    },
    policy(tenant, policy) {
      const { policies } = rulesOf(tenant);
      return policies === null || policies.includes(policy) || `The API key "${tenant}" may not use the policy "${policy}", only ${policies.join(', ')}.`;
    },
    team: (tenant) => settingsOf(tenant)?.team,
    isAdmin: (tenant) => unrestricted || settingsOf(tenant)?.admin === true,
  };
}

/** At least one pattern fits, or there are only exceptions; and no exception does. `*` stands for any text, slashes too. */
function matcher(patterns: readonly string[]): (entry: Entry) => boolean {
  const flat = (text: string) => text.replaceAll('/', '\u0001');
  const compile = (pattern: string) => new Minimatch(flat(pattern), { dot: true, nonegate: true, nocomment: true, platform: 'linux' });
  const exceptions = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => compile(pattern.slice(1)));
  const allowed = patterns.filter((pattern) => !pattern.startsWith('!')).map(compile);
  return ({ model, aliases }) => {
    const names = [model.id, ...aliases].map(flat);
    const fits = (rule: Minimatch) => names.some((name) => rule.match(name));
    return (allowed.length === 0 || allowed.some(fits)) && !exceptions.some(fits);
  };
}
