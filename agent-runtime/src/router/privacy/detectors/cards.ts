import type { Detected } from './detected.ts';
import { contextOf, standsAlone, type DigitGroup } from './digit-groups.ts';

const CARD = /(?<!\d)(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{4,5}|\d{13,19})(?!\d)/g;

const CONTEXT = /card|credit|debit|visa|master|amex|american express|discover|maestro|unionpay|diners|\bpan\b|\bcc\b|payment|karte|carte|tarjeta|cart[aã]o|信用卡|银行卡|卡号/;

/** Payment cards: the issuer's digits, the length that goes with them, and the Luhn digit. */
export function findCards(text: string, groups: readonly DigitGroup[]): Detected[] {
  const found: Detected[] = [];
  for (const group of groups) {
    if (group.end - group.start < 13) continue;
    const written = text.slice(group.start, group.end);
    CARD.lastIndex = 0;
    for (let match = CARD.exec(written); match !== null; match = CARD.exec(written)) {
      const start = group.start + match.index;
      const end = start + match[0].length;
      if (isCard(match[0].replace(/[ -]/g, ''), () => CONTEXT.test(contextOf(text, start))) && standsAlone(text, start, end)) {
        found.push({ type: 'payment-card', placeholder: 'CARD', start, end });
      } else {
        // Another number may stand before it: the card may begin with the next group.
        CARD.lastIndex = match.index + 1;
      }
    }
  }
  return found;
}

/** The usual lengths are taken as they are; rarer ones, which numbers of other kinds have too, only beside a word for cards. */
function isCard(digits: string, hasContext: () => boolean): boolean {
  if (!isLuhn(digits) || new Set(digits).size < 2) return false;
  const two = Number(digits.slice(0, 2));
  const four = Number(digits.slice(0, 4));
  const usual = digits.length === 16
    ? digits[0] === '4' || (two >= 51 && two <= 55) || (four >= 2221 && four <= 2720) || four === 6011 || two === 65 || (four >= 3528 && four <= 3589)
    : digits.length === 15 && (two === 34 || two === 37);
  if (usual) return true;
  const rare = digits[0] === '4' || two === 62 || two === 50 || (two >= 56 && two <= 69) || two === 36 || two === 38 || two === 39 || (four >= 3000 && four <= 3059);
  return rare && hasContext();
}

function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    sum += at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
