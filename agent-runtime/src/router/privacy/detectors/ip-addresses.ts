import { BlockList, isIP } from 'node:net';
import { allMatches } from '../../../secrets/all-matches.ts';
import type { Detected } from './detected.ts';

const CANDIDATE = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)/g;

/** Addresses that lead to nobody: private networks, this machine, documentation. */
const NOBODY = new BlockList();
for (const [network, prefix] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.2.0', 24], ['192.168.0.0', 16], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3]] as const) NOBODY.addSubnet(network, prefix);
for (const [network, prefix] of [['::', 127], ['fc00::', 7], ['fe80::', 10], ['2001:db8::', 32]] as const) NOBODY.addSubnet(network, prefix, 'ipv6');

/** Public IP addresses of both kinds. */
export function findIpAddresses(text: string): Detected[] {
  const found: Detected[] = [];
  for (const { 0: address, index } of allMatches(CANDIDATE, text)) {
    const version = isIP(address);
    if (version === 0 || NOBODY.check(address, version === 4 ? 'ipv4' : 'ipv6')) continue;
    found.push({ type: 'ip-address', placeholder: 'IP', start: index, end: index + address.length });
  }
  return found;
}
