import type { DataLocation } from '../../contract/privacy.ts';
import type { Abilities } from '../../providers/model.ts';
import type { EndpointKey } from '../resilience/resilience.ts';
import type { PriceInFile, ProviderKind } from './router-file.ts';

/** A server with models. */
export interface EndpointSpec {
  /** What the ids of its models begin with. */
  readonly name: string;
  readonly provider: ProviderKind;
  /** Null: the provider's usual one. */
  readonly baseUrl: string | null;
  /** Their ids are safe to log. Empty: it takes none. */
  readonly keys: readonly EndpointKey[];
  /** Null: as the address suggests. */
  readonly location: DataLocation | null;
  /** Its calls cost nothing. */
  readonly free: boolean;
  /** Calls to it under way at once, of all processes together. Absent: any number. */
  readonly maxConcurrent?: number;
}

/** An endpoint that variables of the environment configure, and its models as the server names them. */
export interface EnvironmentEndpoint extends EndpointSpec {
  readonly models: readonly string[];
}

/** What a model is made of. */
export interface ModelSpec {
  /** As callers pin it: endpoint/model. */
  readonly id: string;
  readonly endpoint: string;
  readonly provider: ProviderKind;
  /** As the server names it. */
  readonly modelId: string;
  readonly baseUrl: string | null;
  /** The first key of the endpoint; calls bring their own. */
  readonly apiKey: string | null;
  /** Of its endpoint. */
  readonly maxConcurrent?: number;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly abilities: Partial<Abilities>;
  /** Where it is configured, in the words of an error message; null: in the environment's variables. */
  readonly settings: string | null;
}

/** A model and what only routing needs to know of it. */
export interface ConfiguredModel {
  readonly spec: ModelSpec;
  readonly endpoint: EndpointSpec;
  readonly kind: 'chat' | 'embedding';
  readonly aliases: readonly string[];
  readonly location: DataLocation;
  readonly price: PriceInFile | null;
  readonly priceAs: string | null;
  readonly quality: number | null;
  /** Its place in the file, for problems found later. */
  readonly place: string;
}
