/**
 * Text of others (a name, a command, a server's error) made safe for a terminal: control characters, which could move
 * the cursor or recolour the screen, become spaces, and so do line ends.
 */
export function printable(text: string): string {
  // Line and paragraph separators break lines too, and the last two ranges turn the direction of writing.
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
}

/** A line of output, quoted: the same, but what it is indented by stays. */
export function printableLine(text: string): string {
  return `${/^ */.exec(text)?.[0] ?? ""}${printable(text)}`;
}

/** A command as it could be typed into a shell. */
export function shellCommand(command: readonly string[]): string {
  return command.map(shellWord).join(" ");
}

function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
