import { z } from 'zod';
import { dataLocationSchema, privacyClassSchema, privacyTreatmentSchema, type DataLocation, type PrivacyClass, type PrivacyTreatment } from '../../contract/privacy.ts';

const row = (local: PrivacyTreatment, eu: PrivacyTreatment, us: PrivacyTreatment, thirdParty: PrivacyTreatment) => (
  { local, eu, us, 'third-party': thirdParty }) as const satisfies Record<DataLocation, PrivacyTreatment>;

/**
 * What a class means where nothing is configured. A cloud provider under contract (`eu`, `us`) may read code; credentials
 * and personal data leave only without their values; what a company keeps to itself does not go to a third party.
 */
const DEFAULT_TREATMENTS = {
  public: row('allow', 'allow', 'allow', 'allow'),
  internal: row('allow', 'allow', 'allow', 'allow'),
  'proprietary-code': row('allow', 'allow', 'allow', 'forbid'),
  'personal-data': row('allow', 'redact', 'redact', 'redact'),
  secret: row('allow', 'redact', 'redact', 'redact'),
} as const satisfies Record<PrivacyClass, Record<DataLocation, PrivacyTreatment>>;

const partialTreatmentsSchema = z.partialRecord(privacyClassSchema, z.partialRecord(dataLocationSchema, privacyTreatmentSchema));

const ruleSchema = z.strictObject({
  tenant: z.string().optional().describe('Name of the API key'),
  team: z.string().optional(),
  agent: z.string().optional(),
  workflow: z.string().optional(),
  treatments: partialTreatmentsSchema.prefault({}).describe('Applied where it is stricter than the rest'),
  atLeast: privacyClassSchema.optional().describe('Such requests are of this class at least'),
}).refine((rule) => [rule.tenant, rule.team, rule.agent, rule.workflow].some((name) => name !== undefined), 'Name a tenant, team, agent or workflow; what holds for all stands in `treatments`.');

/** Words by which companies mark what they keep to themselves. */
const DEFAULT_MARKINGS = [
  'proprietary and confidential', 'confidential and proprietary', 'company confidential', 'strictly confidential', 'commercial in confidence',
  'internal use only', 'not for distribution', 'do not distribute', 'trade secret of', 'TLP:RED', 'TLP:AMBER',
];

const DETECTORS = { secrets: true, cards: true, ibans: true, nationalNumbers: true, emails: true, phones: true, ipAddresses: false, markings: true, statements: true, encoded: true };

const detectorsSchema = z.strictObject(Object.fromEntries(Object.entries(DETECTORS).map(([name, on]) => [name, z.boolean().default(on)])) as {
  [Name in keyof typeof DETECTORS]: z.ZodDefault<z.ZodBoolean>;
});

/** The section `privacy` of the router's file. All of it is optional. */
export const privacyPolicySchema = z.strictObject({
  treatments: partialTreatmentsSchema.prefault({}).transform((given) => mergeTreatments(given))
    .describe('What becomes of a class on its way to a location; replaces the default for the cells it names'),
  rules: z.array(ruleSchema).default([]).describe('Stricter treatment of some requests. Never relaxes anything'),
  detectors: detectorsSchema.prefault({}).describe('What is looked for'),
  markings: z.array(z.string().min(3)).default(DEFAULT_MARKINGS).describe('Phrases that make a text `proprietary-code`, whatever their case'),
  ignoredEmails: z.array(z.string().regex(/@/)).default([]).describe('Addresses that are no personal data: `jane@example.org`, or `@example.org` for all of a domain'),
  phoneRegions: z.array(z.string().regex(/^[A-Z]{2}$/)).default(['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'IN', 'CN', 'JP', 'BR', 'AU'])
    .describe("Countries whose telephone numbers are found without their country's code, beside a word for telephones"),
  images: privacyClassSchema.default('internal').describe('Nobody looks into images: the class that a request with one has at least'),
  stated: z.enum(['redact-what-is-found', 'forbid']).default('redact-what-is-found')
    .describe('Where the treatment is `redact` and only the words of the request tell of such data ("this export of patients"): let it go without the values that are found, or not at all'),
  localityDirectives: z.enum(['enforce', 'ignore']).default('enforce')
    .describe('Whether a user who writes that something must stay on premises is obeyed: then only `local` models are left'),
  unclassified: z.enum(['local-only', 'refuse']).default('local-only').describe('What becomes of a request that could not be looked through'),
  maxCharacters: z.int().positive().default(4_000_000).describe('A longer request is not looked through'),
});
export type PrivacyPolicy = z.infer<typeof privacyPolicySchema>;

export type Treatments = Readonly<Record<PrivacyClass, Readonly<Record<DataLocation, PrivacyTreatment>>>>;

function mergeTreatments(given: z.infer<typeof partialTreatmentsSchema>): Treatments {
  return Object.fromEntries(privacyClassSchema.options.map((name) => [name, { ...DEFAULT_TREATMENTS[name], ...given[name] }])) as Treatments;
}
