import { isIP } from 'node:net';
import type { DataLocation } from '../../contract/privacy.ts';
import type { ProviderKind } from './router-file.ts';

/**
 * Where the data goes when the configuration does not say it. An address on the operator's own machine or network counts as
 * local; a public one, of which it is not known whose it is, as a third party's.
 */
export function usualLocation(provider: ProviderKind, baseUrl: string | null): DataLocation {
  if (baseUrl === null) return provider === 'ollama' ? 'local' : 'us';
  const host = new URL(/^https?:/.test(baseUrl) ? baseUrl : `http://${baseUrl}`).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'api.anthropic.com' || host === 'api.openai.com') return 'us';
  return isPrivate(host) ? 'local' : 'third-party';
}

function isPrivate(host: string): boolean {
  const version = isIP(host);
  if (version === 4) return isPrivateIpv4(host);
  if (version === 6) return isPrivateIpv6(host);
  return !host.includes('.') || /\.(localhost|local|internal|lan|home\.arpa)$/.test(host) || /\.svc(\.cluster\.local)?$/.test(host);
}

function isPrivateIpv4(host: string): boolean {
  const [a, b] = host.split('.').map(Number) as [number, number];
  return a === 127 || a === 10 || host === '0.0.0.0' || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 169 && b === 254);
}

function isPrivateIpv6(host: string): boolean {
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(host);
  if (mapped) {
    const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
    return isPrivateIpv4([high >> 8, high & 255, low >> 8, low & 255].join('.'));
  }
  return host === '::1' || host === '::' || /^f[cd]/.test(host) || /^fe[89ab]/.test(host);
}
