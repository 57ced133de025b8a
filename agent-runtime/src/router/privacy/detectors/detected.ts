import type { PrivacyClass } from '../../../contract/privacy.ts';

/** What takes a value's place in a redacted text: `[CARD_1]`. */
export type Placeholder = 'SECRET' | 'CARD' | 'IBAN' | 'ID' | 'EMAIL' | 'PHONE' | 'IP';

/** Something in a text that must not go everywhere. Half-open range. */
export interface Detected {
  /** `payment-card`, `us-ssn`, `secret-github-token` */
  readonly type: string;
  readonly placeholder: Placeholder;
  readonly start: number;
  readonly end: number;
  /** The class of other things that lie within, where it is not this one's. */
  readonly covers?: PrivacyClass;
}
