/**
 * The UTF-16 code at this index; 0 behind the end. A look at a text behind its end makes V8 call a function for each
 * later look from the same place.
 */
export function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
}
