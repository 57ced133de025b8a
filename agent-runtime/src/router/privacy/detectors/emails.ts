import type { Detected } from './detected.ts';

/** Endings that files have and no domain that people have addresses at. */
const FILE_ENDINGS = new Set((
  'png jpg jpeg gif webp svg avif ico bmp pdf css scss less html htm js jsx mjs cjs ts tsx mts cts json yaml yml xml toml lock log map txt csv '
  + 'java class kt kts scala swift cpp hpp go php rb tgz gz zip tar whl jar exe dll local localhost internal invalid test example lan').split(' '));

/** Parts before the @ that name no person. */
const ROLES = /^(?:no-?reply|do-?not-?reply|donotreply|mailer-daemon|postmaster|git|npm|bot|.*\[bot\]|notifications?)$/i;

/** With RFC 2606's domains these are what documentation and tests are full of. */
const STAND_INS = /^(?:user|username|test|tester|testing|foo|bar|baz|me|you|your|your[._-]?name|name|first\.last|email|mail|someone|somebody|person|admin|root|info|hello|support|contact|sales|example|a|b|c|x|y|u|i|user\d+|test\d+)$/i;
const RESERVED = /(?:^|\.)(?:example|test|invalid|localhost)$|(?:^|\.)example\.(?:com|org|net|edu)$|^(?:domain|email|mail|foo|bar|test)\.com$/i;

const LOCAL = /[A-Za-z0-9._%+'\u00c0-\u024f-]/;
const DOMAIN = /[A-Za-z0-9.\u00c0-\u024f-]/;

/**
 * E-mail addresses. Left out: addresses that nobody reads (`noreply@`, `git@`, GitHub's `users.noreply` ones), stand-ins at
 * domains that are reserved for examples (`user@example.com`, yet not `jane.doe@example.com`), what ends like a file, and
 * `ignored` ones: whole addresses, or `@domain`.
 */
export function findEmails(text: string, ignored: ReadonlySet<string>): Detected[] {
  const found: Detected[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < 64 && LOCAL.test(text[start - 1]!)) start -= 1;
    let end = at + 1;
    while (end < text.length && end - at < 254 && DOMAIN.test(text[end]!)) end += 1;
    while (end > at && '.-'.includes(text[end - 1]!)) end -= 1;
    while (start < at && ".-'%+".includes(text[start]!)) start += 1;
    if (isAddress(text.slice(start, at), text.slice(at + 1, end), ignored)) {
      found.push({ type: 'email', placeholder: 'EMAIL', start, end });
    }
  }
  return found;
}

function isAddress(local: string, domain: string, ignored: ReadonlySet<string>): boolean {
  if (local === '' || local.endsWith('.') || local.includes('..') || !/[A-Za-z0-9\u00c0-\u024f]/.test(local)) return false;
  const ending = /^[A-Za-z0-9\u00c0-\u024f][A-Za-z0-9.\u00c0-\u024f-]*\.([A-Za-z]{2,24})$/.exec(domain)?.[1];
  if (ending === undefined || domain.includes('..') || FILE_ENDINGS.has(ending.toLowerCase()) && !RESERVED.test(domain)) return false;
  if (ROLES.test(local) || /(?:^|\.)noreply\./i.test(domain)) return false;
  if (RESERVED.test(domain) && STAND_INS.test(local)) return false;
  return !ignored.has(`${local}@${domain}`.toLowerCase()) && !ignored.has(`@${domain}`.toLowerCase());
}
