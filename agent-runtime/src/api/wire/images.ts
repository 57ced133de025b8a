import type { ImagePart } from '../../providers/model.ts';
import { invalidField, listed } from './fields.ts';

const MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

export function base64Image(mediaType: string, data: string, path: string): ImagePart {
  if (!MEDIA_TYPES.includes(mediaType)) throw invalidField(path, `must be an image of the type ${listed(MEDIA_TYPES)}, not "${mediaType.slice(0, 40)}"`);
  if (data === '') throw invalidField(path, 'holds no data');
  return { type: 'image', source: { kind: 'base64', mediaType, data } };
}

export function imageAt(url: string, path: string): ImagePart {
  if (!/^https?:\/\/./i.test(url) || !URL.canParse(url)) {
    throw invalidField(path, 'must be an http or https address, or a data URL such as data:image/png;base64,…');
  }
  return { type: 'image', source: { kind: 'url', url } };
}

/** An address, or the image itself as a data URL. */
export function imageOf(url: string, path: string): ImagePart {
  if (!url.startsWith('data:')) return imageAt(url, path);
  const comma = url.indexOf(',');
  const head = url.slice('data:'.length, comma);
  if (comma === -1 || !head.endsWith(';base64')) throw invalidField(path, 'must be a data URL with base64, such as data:image/png;base64,…');
  return base64Image(head.slice(0, head.indexOf(';')).toLowerCase(), url.slice(comma + 1), path);
}
