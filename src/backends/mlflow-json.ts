/** The value of a JSON text; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No valid JSON is `undefined`, so this says it all.
    return undefined;
  }
}

/** What lies below these keys; `undefined` wherever the path ends early, null included. MLflow leaves empty lists out. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) {
    if (typeof here !== "object" || here === null) return undefined;
    here = Reflect.get(here, key);
  }
  return here;
}

export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const list = at(value, ...keys);
  return Array.isArray(list) ? list : [];
}

/** The texts of an object by name. */
export function textsAt(value: unknown, ...keys: readonly string[]): Record<string, string> {
  const found = at(value, ...keys);
  const entries = typeof found === "object" && found !== null ? Object.entries(found) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** A whole number, which protobuf's JSON may also have as text; 0, which it leaves out, where there is none. */
export function wholeAt(value: unknown, ...keys: readonly string[]): number {
  const found = Number(at(value, ...keys));
  return Number.isSafeInteger(found) ? found : 0;
}

export function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const text = at(value, ...keys);
  return typeof text === "string" ? text : undefined;
}
