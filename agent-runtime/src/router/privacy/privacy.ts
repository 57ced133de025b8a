import type { Scope } from '../../contract/decision.ts';
import type { DataLocation, PrivacyClass, PrivacyTreatment } from '../../contract/privacy.ts';
import type { ModelRequest } from '../../providers/model.ts';

/** Puts back into a streamed text what was taken out of the request, also where a placeholder is cut over pieces. */
export interface StreamRestorer {
  push(text: string): string;
  /** What was held back. */
  end(): string;
}

/** A request without what was found in it. Everything that was taken out is put back: it is the caller's own. */
export interface Redaction {
  readonly request: ModelRequest;
  /** Of the answer's text. Escaped where the request asks for JSON. */
  restore(text: string): string;
  /** Of a tool call's arguments: they stay valid JSON. */
  restoreJson(text: string): string;
  /** One for each text that is streamed; absent: as `restore`. */
  restorer(form?: 'text' | 'json'): StreamRestorer;
}

/** What a request is, and where it may therefore go. */
export interface PrivacyVerdict {
  readonly class: PrivacyClass;
  /** What was found, declared or said, never its text: `email`, `secret-github-token`, `stated-personal-records`. */
  readonly findings: readonly { readonly type: string; readonly count: number }[];
  /** Why the request could not be looked through, in words for the caller. It may then go nowhere but to local models. */
  readonly unclassified?: string;
  /** `redact` only where what makes the class can be taken out; a class that was declared or labelled cannot. */
  treatment(location: DataLocation): PrivacyTreatment;
  /** Made once, when it is first asked for. */
  redacted(): Redaction;
}

/**
 * Classifies requests before any provider sees them. It fails closed: what cannot be looked through may go to local models
 * only, or throws `privacy_unclassified` where the policy refuses it.
 */
export interface Privacy {
  /**
   * Everything in the request is looked at: system, turns, tool calls, tool results, tool definitions. Synchronous where
   * nothing needs a slower look. `declared` can only raise the class. `scope` chooses the policy's stricter rules.
   */
  judge(request: ModelRequest, declared: PrivacyClass | undefined, scope?: Scope): PrivacyVerdict | Promise<PrivacyVerdict>;
}
