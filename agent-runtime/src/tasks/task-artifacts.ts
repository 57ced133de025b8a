import type { TaskArtifact } from '../contract/artifact.ts';
import { AiosError } from '../errors.ts';
import type { Artifacts } from '../stores/artifacts/artifacts.ts';
import type { Records } from '../stores/records/records.ts';

const LINK_MS = 3_600_000;
const MOST = 1_000;

/** Where a task's artifact is, among its tenant's. */
export function artifactKey(taskId: string, name: string): string {
  return `tasks/${taskId}/${name}`;
}

/** Something else has written there: that object is listed without a link, and the others as they are. */
function withoutWhatIsNotOurs(error: unknown): null {
  if (error instanceof AiosError && error.code === 'artifact_corrupt') return null;
  throw error;
}

/** What a task has kept, with links for an hour. Throws `not_found` for an unknown task. */
export async function listTaskArtifacts(records: Records, artifactsOf: (tenant: string) => Artifacts, taskId: string): Promise<readonly TaskArtifact[]> {
  const tenant = await records.tasks.tenant(taskId);
  if (tenant === null) throw new AiosError('not_found', `There is no task ${taskId}. Check its id.`);
  const store = artifactsOf(tenant);
  const prefix = artifactKey(taskId, '');
  const { artifacts } = await store.list(prefix, { limit: MOST });
  return Promise.all(artifacts.map(async ({ key, sizeBytes, createdAt }) => {
    const link = await store.link(key, { expiresInMs: LINK_MS }).catch(withoutWhatIsNotOurs);
    return {
      name: key.slice(prefix.length), sizeBytes, createdAt: new Date(createdAt).toISOString(),
      url: link && link.url, urlExpiresAt: link && new Date(link.expiresAt).toISOString(),
    };
  }));
}
