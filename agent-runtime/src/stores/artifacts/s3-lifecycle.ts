import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { AiosError } from '../../errors.ts';
import type { ArtifactExpiry } from './artifacts.ts';
import type { S3Connection } from './s3-connection.ts';
import { S3Failure } from './s3-failure.ts';

/**
 * Has the bucket's lifecycle hold our rules and leaves others' as they are, to the letter: the client's own reading turns a
 * rule's name `007` into a number, and loses what it does not know. A rule of ours is known by its ID, which names the
 * store's folder and, since servers give rules back in their own words, all that the rules say.
 */
export async function keepLifecycleRules({ address, ask }: S3Connection, expiry: ArtifactExpiry): Promise<void> {
  const request = { bucketName: address.bucket, query: 'lifecycle' };
  const present = await ask(async (client) => {
    try {
      return await text(await client.makeRequestAsync({ ...request, method: 'GET' }));
    } catch (error) {
      if (error instanceof S3Failure && error.code === 'NoSuchLifecycleConfiguration') return '';
      throw error;
    }
  }, { repeatable: true });
  const owner = `aios-artifacts-${short(address.folder)}-`;
  const wanted = rulesOf(expiry, address.folder, owner);
  const all = present.match(/<Rule>.*?<\/Rule>/gs) ?? [];
  if (present !== '' && all.length === 0 && present.includes('Rule')) {
    throw new AiosError('store_unavailable', `The artifacts' store at ${address.name}: its lifecycle rules are written in a way that is not understood, so they are left as they are.`);
  }
  const ours = all.filter((rule) => idOf(rule).startsWith(owner));
  if (ours.length === wanted.length && wanted.every((rule) => ours.some((other) => idOf(other) === idOf(rule)))) return;
  const rules = [...all.filter((rule) => !ours.includes(rule)), ...wanted];
  const body = `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rules.join('')}</LifecycleConfiguration>`;
  const md5 = createHash('md5').update(body).digest('base64');
  await ask((client) => client.makeRequestAsyncOmit({ ...request, method: 'PUT', headers: { 'content-md5': md5 } }, body), { repeatable: true });
}

function rulesOf({ rules, replacedAfterDays }: ArtifactExpiry, folder: string, owner: string): string[] {
  const bodies = [
    // A mark of deletion goes with the last version before it, and what a dead writer left of an upload within a day.
    rule(folder, `<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>`
      + `<NoncurrentVersionExpiration><NoncurrentDays>${replacedAfterDays}</NoncurrentDays></NoncurrentVersionExpiration>`
      + '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>'),
    ...rules.map(({ prefix, afterDays }) => rule(folder + prefix, `<Expiration><Days>${afterDays}</Days></Expiration>`)),
  ];
  const words = short(bodies.join(''));
  return bodies.map((body, index) => `<Rule><ID>${owner}${words}-${index}</ID>${body}</Rule>`);
}

function rule(prefix: string, actions: string): string {
  return `<Filter><Prefix>${escape(prefix)}</Prefix></Filter><Status>Enabled</Status>${actions}`;
}

function idOf(rule: string): string {
  return /<ID>(.*?)<\/ID>/s.exec(rule)?.[1] ?? '';
}

function short(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 8);
}

function escape(value: string): string {
  return value.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
