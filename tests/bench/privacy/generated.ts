import { createTextScanner } from '../../../agent-runtime/src/router/privacy/scan-text.ts';
import { privacyPolicySchema } from '../../../agent-runtime/src/router/privacy/policy.ts';
import { NATIONAL_NUMBER_RULES } from '../../../agent-runtime/src/router/privacy/detectors/national-number-rules.ts';
import { EXAMPLES_BY_RULE, KNOWN_TOKEN_EXAMPLES } from '../../runtime/secrets/secret-examples.ts';

const scan = createTextScanner(privacyPolicySchema.parse({}));

/** The same numbers in each run (mulberry32). */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(next() * 10)).join('');
  return { next, digits, pick: <One>(from: readonly One[]): One => from[Math.floor(next() * from.length)]! };
}
const random = createRandom(20260117);

const luhnDigit = (digits: string) => String((10 - [...digits].reverse().reduce((sum, digit, at) => sum + (at % 2 === 0 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(digit)]! : Number(digit)), 0) % 10) % 10);
const withCheck = (digits: string) => digits + luhnDigit(digits);
const grouped = (card: string) => (card.length === 15 ? `${card.slice(0, 4)} ${card.slice(4, 10)} ${card.slice(10)}` : card.match(/.{4}/g)!.join(random.pick([' ', '-'])));

function card(): string {
  const plain = withCheck(random.pick([`4${random.digits(14)}`, `5${random.pick(['1', '2', '3', '4', '5'])}${random.digits(13)}`, `37${random.digits(12)}`, `6011${random.digits(11)}`]));
  return random.next() < 0.5 ? plain : grouped(plain);
}

function iban(): string {
  const [country, bban] = random.pick([['DE', random.digits(18)], ['NL', `ABNA${random.digits(10)}`], ['GB', `WEST${random.digits(14)}`], ['AT', random.digits(16)], ['CH', random.digits(17)]]);
  const number = [...`${bban}${country}00`].map((character) => parseInt(character, 36)).join('');
  const plain = `${country}${String(98n - BigInt(number) % 97n).padStart(2, '0')}${bban}`;
  return random.next() < 0.5 ? plain : plain.match(/.{1,4}/g)!.join(' ');
}

const email = () => `${random.pick(['anna', 'j.smith', 'li_wei', 'o.connor', 'maria+shop'])}${random.digits(2)}@${random.pick(['acme.com', 'firma.de', 'correo.es', 'mail.company.co.uk', 'example.org'])}`;
const phone = () => random.pick([`+1 415 ${random.pick(['5', '6', '7'])}${random.digits(2)} ${random.digits(4)}`, `+49 30 ${random.digits(6)}${random.digits(2)}`, `+44 20 79${random.digits(2)} ${random.digits(4)}`, `(212) 5${random.digits(2)}-${random.digits(4)}`]);

/** What is told beside each kind of national number, and how it is written. */
const NUMBERS: Readonly<Record<string, { readonly label: string; readonly write: () => string }>> = {
  'us-ssn': { label: 'SSN', write: () => `${random.digits(3)}-${random.digits(2)}-${random.digits(4)}` }, 'de-steuer-id': { label: 'Steuer-ID', write: () => random.digits(11) },
  'nl-bsn': { label: 'BSN', write: () => random.digits(9) }, 'es-dni': { label: 'DNI', write: () => random.digits(8) + random.pick([...'TRWAGMYFPDXBNJZSQVHLCKE']) },
  'pl-pesel': { label: 'PESEL', write: () => random.digits(11) }, 'ca-sin': { label: 'SIN', write: () => `${random.digits(3)} ${random.digits(3)} ${random.digits(3)}` },
  'in-aadhaar': { label: 'Aadhaar', write: () => `${random.digits(4)} ${random.digits(4)} ${random.digits(4)}` }, 'br-cpf': { label: 'CPF', write: () => `${random.digits(3)}.${random.digits(3)}.${random.digits(3)}-${random.digits(2)}` },
  'fi-hetu': { label: 'HETU', write: () => `${random.digits(6)}-${random.digits(3)}${random.pick([...'0123456789ABCDEFHJKLMNPRSTUVWXY'])}` }, 'au-tfn': { label: 'TFN', write: () => random.digits(9) },
  'se-personnummer': { label: 'personnummer', write: () => `${random.digits(6)}-${random.digits(4)}` }, 'fr-nir': { label: 'NIR', write: () => `1 ${random.digits(2)} 0${random.pick(['1', '5', '9'])} ${random.digits(2)} ${random.digits(3)} ${random.digits(3)} ${random.digits(2)}` },
};

/** How a value stands in prose, in JSON, in a table and in code. */
const PLACES: readonly ((label: string, value: string) => string)[] = [
  (label, value) => `Hello, my ${label} is ${value}, thank you.`, (label, value) => JSON.stringify({ id: 17, [label]: value, ok: true }), (label, value) => `name,${label},city\nKim,${value},Oslo\n`, (label, value) => `const row = { ${label.replace(/\W/g, '')}: '${value}' };`,
];

/** For each kind: of 200 made values in four surroundings, how many are found; and of as many with one digit changed, how many are taken for it. */
export async function reportGenerated(): Promise<void> {
  console.log('\n## Made values, in prose, JSON, a table and code: found, and taken for one with a digit changed');
  for (const [type, label, write] of [['payment-card', 'card number', card], ['iban', 'IBAN', iban], ['email', 'e-mail', email], ['phone', 'phone', phone]] as const) await report(type, label, write, type === 'payment-card' || type === 'iban');
  for (const rule of NATIONAL_NUMBER_RULES) {
    const number = NUMBERS[rule.type];
    if (number === undefined) continue;
    const { validate } = await rule.load();
    const valid = () => { for (;;) { const value = number.write(); if (validate(value).isValid) return value; } };
    await report(rule.type, number.label, valid, true, (value) => !validate(value).isValid);
  }
  let found = 0;
  const secrets = [...Object.values(EXAMPLES_BY_RULE).flat(), ...KNOWN_TOKEN_EXAMPLES.filter((token) => token.length !== 40)];
  for (const secret of secrets) if ((await scan(`line one\n${secret}\nline two`)).some(({ type }) => type.startsWith('secret-'))) found += 1;
  console.log('secrets, by rule'.padEnd(20), `${found}/${secrets.length}`);
}

async function report(type: string, label: string, write: () => string, hasCheck: boolean, isBroken: (value: string) => boolean = () => true): Promise<void> {
  let found = 0;
  let mistaken = 0;
  let broken = 0;
  for (let round = 0; round < 200; round += 1) {
    const place = PLACES[round % PLACES.length]!;
    const value = write();
    if ((await scan(place(label, value))).some((one) => one.type === type)) found += 1;
    const at = value.search(/\d(?=\D*\d\D*$)/);
    const changed = value.slice(0, at) + (Number(value[at]) + 1) % 10 + value.slice(at + 1);
    if (!hasCheck || !isBroken(changed)) continue;
    broken += 1;
    if ((await scan(place(label, changed))).some((one) => one.type === type)) mistaken += 1;
  }
  console.log(type.padEnd(20), `${found}/200`.padEnd(9), hasCheck ? `${mistaken}/${broken}` : 'no check digit');
}
