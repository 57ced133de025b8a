/** How a country writes the number of a person, and what proves it. */
export interface NationalNumberRule {
  /** `us-ssn` */
  readonly type: string;
  /** Forms that are taken wherever they stand. */
  readonly form?: RegExp;
  /** Forms that other numbers have too: taken only beside one of the `words`. */
  readonly looseForm?: RegExp;
  readonly words?: RegExp;
  /** Checks the digits: check digits, dates, ranges that are given out. */
  readonly load: () => Promise<{ readonly validate: (value: string) => { readonly isValid: boolean } }>;
}

const ELEVEN = /(?<!\d)\d{11}(?!\d)/g;

/** Global expressions, over a place with six digits or more and some characters around it. */
export const NATIONAL_NUMBER_RULES: readonly NationalNumberRule[] = [
  { type: 'us-ssn', form: /(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)/g, looseForm: /(?<!\d)(?:\d{9}|\d{3} \d{2} \d{4})(?!\d)/g,
    words: /\bssns?\b|social[ _-]?security|socialsecurity/, load: () => import('stdnum/lib/cjs/us/ssn.js') },
  { type: 'gb-nino', form: /[A-CEGHJ-PR-TW-Z][A-Z] \d{2} \d{2} \d{2} [A-D]/g, looseForm: /[A-CEGHJ-PR-TW-Z][A-Z]\d{6}[A-D]/g,
    words: /national[ _-]?insurance|\bnino\b|\bni (?:number|no)/, load: () => import('stdnum/lib/cjs/gb/nino.js') },
  { type: 'ca-sin', looseForm: /(?<!\d)(?:\d{9}|\d{3}([ -])\d{3}\1\d{3})(?!\d)/g, words: /\bsins?\b|social[ _-]?insurance|\bnas\b|assurance sociale/,
    load: () => import('stdnum/lib/cjs/ca/sin.js') },
  { type: 'au-tfn', looseForm: /(?<!\d)(?:\d{8,9}|\d{3} \d{3} \d{3})(?!\d)/g, words: /\btfn\b|tax[ _-]?file/, load: () => import('stdnum/lib/cjs/au/tfn.js') },
  { type: 'ie-pps', looseForm: /(?<!\d)\d{7}[A-W][A-IW]?(?![A-Za-z])/g, words: /\bpps[n ]|personal public service/, load: () => import('stdnum/lib/cjs/ie/pps.js') },
  { type: 'de-steuer-id', looseForm: /(?<!\d)(?:\d{11}|\d{2} \d{3} \d{3} \d{3})(?!\d)/g, words: /steuer|\bidnr|identifikationsnummer|\btax[ _-]?id|\btin\b/,
    load: () => import('stdnum/lib/cjs/de/idnr.js') },
  { type: 'fr-nir', form: /(?<!\d)[1-478] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)/g, load: () => import('stdnum/lib/cjs/fr/nir.js') },
  { type: 'es-dni', form: /(?<!\d)\d{8}-?[A-HJ-NP-TV-Z](?![A-Za-z0-9])/g, load: () => import('stdnum/lib/cjs/es/dni.js') },
  { type: 'es-nie', form: /[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z](?![A-Za-z0-9])/g, load: () => import('stdnum/lib/cjs/es/nie.js') },
  { type: 'nl-bsn', looseForm: /(?<!\d)(?:\d{9}|\d{4}\.\d{2}\.\d{3})(?!\d)/g, words: /\bbsn\b|burgerservice|\bsofi/, load: () => import('stdnum/lib/cjs/nl/bsn.js') },
  { type: 'be-national-number', form: /(?<!\d)\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\d)/g, looseForm: ELEVEN,
    words: /rijksregister|registre national|num[eé]ro national|national number|\binsz\b|\bniss\b/, load: () => import('stdnum/lib/cjs/be/nn.js') },
  { type: 'pl-pesel', looseForm: ELEVEN, words: /pesel/, load: () => import('stdnum/lib/cjs/pl/pesel.js') },
  { type: 'se-personnummer', looseForm: /(?<!\d)(?:\d{6}|\d{8})[-+]?\d{4}(?!\d)/g, words: /person[ _-]?n(?:umme)?r|personal (?:identity )?number|swedish|samordning/,
    load: () => import('stdnum/lib/cjs/se/personnummer.js') },
  { type: 'fi-hetu', form: /(?<!\d)[0-3]\d[01]\d{3}[-+A]\d{3}[0-9A-FHJ-NPR-Y](?![A-Za-z0-9])/g, load: () => import('stdnum/lib/cjs/fi/hetu.js') },
  { type: 'dk-cpr', looseForm: /(?<!\d)[0-3]\d[01]\d{3}[- ]?\d{4}(?!\d)/g, words: /\bcpr\b|personnummer/, load: () => import('stdnum/lib/cjs/dk/cpr.js') },
  { type: 'no-fodselsnummer', looseForm: /(?<!\d)\d{6} ?\d{5}(?!\d)/g, words: /f(?:ø|o|oe)dsels|personnummer|d-nummer/, load: () => import('stdnum/lib/cjs/no/fodselsnummer.js') },
  { type: 'ch-ahv', form: /(?<!\d)756\.?\d{4}\.?\d{4}\.?\d{2}(?!\d)/g, load: () => import('stdnum/lib/cjs/ch/ssn.js') },
  { type: 'cn-resident-id', form: /(?<!\d)[1-6]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d{4}[\dXx](?![A-Za-z0-9])/g, load: () => import('stdnum/lib/cjs/cn/ric.js') },
  { type: 'kr-rrn', form: /(?<!\d)\d{2}[01]\d[0-3]\d-[1-8]\d{6}(?!\d)/g, load: () => import('stdnum/lib/cjs/kr/rrn.js') },
  { type: 'in-aadhaar', looseForm: /(?<!\d)[2-9]\d{3}([ -]?)\d{4}\1\d{4}(?!\d)/g, words: /aadha+r|\buid(?:ai)?\b|आधार/, load: () => import('stdnum/lib/cjs/in/aadhaar.js') },
  { type: 'br-cpf', form: /(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g, looseForm: ELEVEN, words: /\bcpf\b/, load: () => import('stdnum/lib/cjs/br/cpf.js') },
  { type: 'br-cnpj', form: /(?<!\d)\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}(?!\d)/g, looseForm: /(?<!\d)\d{14}(?!\d)/g, words: /\bcnpj\b/, load: () => import('stdnum/lib/cjs/br/cnpj.js') },
  { type: 'mx-curp', form: /[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d(?!\d)/g, load: () => import('stdnum/lib/cjs/mx/curp.js') },
  { type: 'za-id-number', looseForm: /(?<!\d)\d{6} ?\d{4} ?\d{2} ?\d(?!\d)/g, words: /south africa|\bid (?:number|no)|rsa id/, load: () => import('stdnum/lib/cjs/za/idnr.js') },
  { type: 'tr-kimlik', looseForm: ELEVEN, words: /kimlik|\bt\.?c\.? ?no/, load: () => import('stdnum/lib/cjs/tr/tckimlik.js') },
];

/** Has no six digits together, so it is looked for everywhere; by its digits, which are rarer than its capitals. Six letters stand before. */
export const CODICE_FISCALE: NationalNumberRule = {
  type: 'it-codice-fiscale', form: /(?<=(?<![A-Za-z0-9])[A-Z]{6})\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![A-Za-z0-9])/g,
  load: () => import('stdnum/lib/cjs/it/codicefiscale.js'),
};
