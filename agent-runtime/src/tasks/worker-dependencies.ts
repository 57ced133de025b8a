import type { Logger } from '../events/logger.ts';
import type { RoutedModel } from '../router/routed-model.ts';
import type { Workspaces } from '../workspace/workspace.ts';
import type { Artifacts } from '../stores/artifacts/artifacts.ts';
import type { Records } from '../stores/records/records.ts';
import type { OperationFinder } from './submit.ts';
import type { TaskLimits } from './task-limits.ts';

/** What a run needs of its worker. */
export interface WorkerDependencies {
  readonly records: Records;
  readonly registry: OperationFinder;
  readonly router: RoutedModel;
  readonly logger: Logger;
  /** What a tenant's tasks keep. */
  readonly artifacts: (tenant: string) => Artifacts;
  readonly workspaces: Pick<Workspaces, 'create'>;
  /** Absent: there are no limits. */
  readonly limits?: TaskLimits;
  /** Names this worker in its leases; unique in the installation. */
  readonly owner: string;
  readonly leaseMs: number;
  /** Longest first back-off of a task. */
  readonly retryBaseMs: number;
  /** ms since 1970. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}
