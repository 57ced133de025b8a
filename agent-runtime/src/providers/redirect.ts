/** Why an answer that sends its caller elsewhere is none. Only where to: the rest of the address may hold a key. */
export function redirectReason(location: string | null | undefined, baseUrl: string): string {
  if (location == null || !URL.canParse(location, baseUrl)) return 'it redirects to another address';
  return `it redirects to ${new URL(location, baseUrl).origin}`;
}

export function isRedirect(status: number | undefined): boolean {
  return status !== undefined && status >= 300 && status < 400;
}
