/**
 * The fields of a small JSON file that another process may be writing. Of one that is half-written, damaged or no object
 * nothing is known: it has none.
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {}; // see above: what is missing is what the caller goes by
  }
}
