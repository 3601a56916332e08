const SECOND_MS = 1000;

/**
 * What a `Retry-After` header asks for, in milliseconds: it is a number of seconds or a date.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param now milliseconds since the epoch
 * @returns `undefined` where there is none, or none that makes sense
 */
export function retryAfterOf(header: string | undefined, now = Date.now): number | undefined {
  if (header === undefined) return undefined;
  // A whole number by the standard; some gateways send a fraction.
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * SECOND_MS;
  const until = Date.parse(header);
  return Number.isNaN(until) ? undefined : Math.max(0, until - now());
}
