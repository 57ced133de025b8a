import { z } from 'zod';

/**
 * What a text is, from the harmless to the guarded. `public` may go anywhere; `internal` is what has no other class;
 * `proprietary-code` by label or by the repository's visibility; `personal-data` and `secret` are found in the text.
 */
export const privacyClassSchema = z.enum(['public', 'internal', 'proprietary-code', 'personal-data', 'secret']);
export type PrivacyClass = z.infer<typeof privacyClassSchema>;

/** Where a model's provider processes what it is sent. `local`: on machines of the operator. */
export const dataLocationSchema = z.enum(['local', 'eu', 'us', 'third-party']);
export type DataLocation = z.infer<typeof dataLocationSchema>;

/** What becomes of a text of some class on its way to a location. `redact`: findings are replaced, and put back into the answer. */
export const privacyTreatmentSchema = z.enum(['allow', 'redact', 'forbid']);
export type PrivacyTreatment = z.infer<typeof privacyTreatmentSchema>;
