/** East Asian wide and fullwidth letters, and emoji: two columns each in a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** Marks that are drawn over the letter before them, and joiners. */
const COMBINING = /\p{M}|\u200b|\u200d/u;

/** One column each, as nearly all text is. */
const PLAIN = /^[ -~]*$/;

/** How many columns of a terminal a text without escape codes takes. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text, cut with an ellipsis where it would take more columns than `width`. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let taken = 1;
  for (const character of text) {
    taken += characterWidth(character);
    if (taken > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The text with spaces behind it up to `width` columns. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** Parts put together, in as many rows as it takes for none to be wider than `width`, where there is one. */
export function wrapped(parts: readonly string[], separator: string, width: number | undefined): string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const last = rows.at(-1);
    const longer = last === undefined ? part : `${last}${separator}${part}`;
    const fits = width === undefined || textWidth(longer) + textWidth(separator.trimEnd()) <= width;
    if (last !== undefined && fits) rows[rows.length - 1] = longer;
    else rows.push(part);
  }
  return rows.map((row, index) => (index === rows.length - 1 ? row : `${row}${separator.trimEnd()}`));
}

function characterWidth(character: string): number {
  if (character <= "~") return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
