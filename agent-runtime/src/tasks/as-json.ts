/** What a retry will read back, so that the first attempt sees nothing else. */
export function asJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value ?? null)) as Value;
}
