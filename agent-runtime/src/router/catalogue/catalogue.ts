import type { DataLocation } from '../../contract/privacy.ts';
import type { ModelPolicy } from '../../contract/task.ts';
import type { EmbeddingModel, Model, Price } from '../../providers/model.ts';
import type { KeyRing } from '../resilience/resilience.ts';
import type { RouterSettings } from './settings.ts';

/** A configured chat model with all that routing needs to know of it. */
export interface CatalogueEntry {
  readonly model: Model;
  readonly aliases: readonly string[];
  readonly location: DataLocation;
  readonly price: Price;
  /** The operator's word for how good it is, 0 to 1; null: not told, then its price stands for it. */
  readonly quality: number | null;
  /** Of its endpoint, shared by the models of one endpoint. */
  readonly keys: KeyRing;
}

export interface EmbeddingEntry {
  readonly model: EmbeddingModel;
  readonly aliases: readonly string[];
  readonly location: DataLocation;
  readonly price: Price;
  readonly keys: KeyRing;
}

/** What API keys may do, by the section `keys` of the router file. Answers are kept for the life of a snapshot. */
export interface Permissions {
  /** True, or why not, as a sentence. */
  model(tenant: string, entry: CatalogueEntry | EmbeddingEntry): true | string;
  policy(tenant: string, policy: ModelPolicy): true | string;
  team(tenant: string): string | undefined;
  /** Without a section `keys` every key is. */
  isAdmin(tenant: string): boolean;
}

/** One consistent state of the configuration. A request works with one snapshot from its start to its end. */
export interface CatalogueSnapshot {
  /** In the order of preference; the offline rules alone where nothing else is configured. */
  readonly chat: readonly CatalogueEntry[];
  readonly embeddings: readonly EmbeddingEntry[];
  readonly settings: RouterSettings;
  readonly permissions: Permissions;
  /** By provider/model, alias, or a bare name that only one provider has. Throws `model_not_configured`, naming the near ones. */
  chatModel(name: string): CatalogueEntry;
  embeddingModel(name: string): EmbeddingEntry;
}

/** How the last look at the router file ended. */
export interface ReloadState {
  /** ms since 1970. */
  readonly at: number;
  readonly ok: boolean;
  /** What is wrong with the file, one line each; never a secret. */
  readonly problems: readonly string[];
}

export interface Catalogue {
  /** The newest valid one. A file that became broken is reported and changes nothing. */
  current(): CatalogueSnapshot;
  /** Null: there is no file. */
  lastReload(): ReloadState | null;
  /** Looks at the file now, as happens by itself when it changes. Never throws. */
  reload(): Promise<ReloadState | null>;
  close(): void;
}
