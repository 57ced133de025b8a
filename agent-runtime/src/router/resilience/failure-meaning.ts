import type { ErrorCode } from '../../errors.ts';

/**
 * What a failed call says of its endpoint. `unwell`: it fails. `limited`: it works, but not for us now. `answered`: it
 * works, and turned this request or key down. `nothing`: the call ended for a reason of ours.
 */
export type FailureMeaning = 'unwell' | 'limited' | 'answered' | 'nothing';

const MEANINGS: Partial<Record<ErrorCode, FailureMeaning>> = {
  model_unavailable: 'unwell',
  model_overloaded: 'unwell',
  model_timeout: 'unwell',
  model_stream_cut: 'unwell',
  model_output_invalid: 'unwell',
  model_rate_limited: 'limited',
  model_unauthorized: 'answered',
  model_billing: 'answered',
  model_not_found: 'answered',
  model_request_rejected: 'answered',
  model_context_too_long: 'answered',
  model_refused: 'answered',
};

export function meaningOf(code: ErrorCode): FailureMeaning {
  return MEANINGS[code] ?? 'nothing';
}
