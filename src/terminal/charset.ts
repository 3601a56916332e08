/** Marks of ours that are no ASCII, and what stands for them. */
const LETTERS: Readonly<Record<string, string>> = { "→": "->", "·": "-", "…": "...", "│": "|", "×": "x", "°": " " };

/**
 * Whether what is written may only be ASCII: the locale names another character set than UTF-8, or the terminal is the
 * console of Linux, whose font has few blocks. Without a locale, as in most containers, UTF-8 is what reads it.
 */
export function isAsciiOnly(env: NodeJS.ProcessEnv): boolean {
  if (env["TERM"] === "linux") return true;
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "");
  return locale !== undefined && !/utf-?8/i.test(locale);
}

/** The text with the marks that we use in ASCII; other letters, which are the user's, stay. */
export function inAscii(text: string): string {
  return text.replace(/[→·…│×°]/g, (mark) => LETTERS[mark] ?? mark);
}
