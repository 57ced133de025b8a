/** Whether something thrown has this name; `instanceof` does not see errors made in another realm, as `fetch` does in a sandbox. */
export function isNamed(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name;
}
