import { unquoted } from "./printed-values.ts";

/** A row of a block of settings. */
export interface SettingsRow {
  readonly name: string;
  /** `undefined`: a section, whose rows follow with more blanks in front. */
  readonly value: string | undefined;
  /** How many blanks stand in front. */
  readonly indent: number;
}

const NAME = String.raw`["']?([\p{L}_][\p{L}\p{N}_./@ -]{0,80}?)["']?`;

/** `name: value`, `name = value`, `name ..... value`, and in a frame `| name | value |`. */
const ROWS: readonly RegExp[] = [
  new RegExp(String.raw`^${NAME} *[|\u2502\u2503\u2551] *([^|\u2502\u2503\u2551]{1,2000})$`, "u"),
  new RegExp(String.raw`^${NAME} ?\.{3,}:? ?(\S.*)$`, "u"),
  new RegExp(String.raw`^${NAME} {0,60}(?::[ \t]|=|\t)\s*(\S.*)$`, "u"),
];
const SECTION = new RegExp(String.raw`^${NAME} ?:$`, "u");
/** Only below a title: any two words would be one. */
const GAP = new RegExp(String.raw`^${NAME} {2,60}(\S.*)$`, "u");

/** Blanks, bars and commas at the end. Only from their first one: else a gap would be walked through again from each blank. */
const END = /(?<![\s|\u2502\u2503\u2551,;])[\s|\u2502\u2503\u2551,;]+$/u;

/** What reports something and sets nothing. */
const REPORT =
  /^(?:warn(?:ing)?|error|info|debug|note|file|usage|traceback|exception|loading|saving|time|date|https?)$/i;

/**
 * Reads a row of a block of settings; `undefined` where a line is none.
 * @param isTitled a title stands above, so that two columns are enough
 */
export function settingsRow(line: string, isTitled: boolean): SettingsRow | undefined {
  const bare = line.replace(/^[\s|\u2502\u2503\u2551*#>\u2022]*(?:- |--?(?=\p{L}))?/u, "");
  const indent = line.length - line.trimStart().length;
  const text = bare.replace(END, "");
  if (text.length === 0 || text.length > 2000) return undefined;
  for (const pattern of isTitled ? [...ROWS, GAP] : ROWS) {
    const [, name, value] = pattern.exec(text) ?? [];
    if (name !== undefined && value !== undefined) return rowOf(name, value, indent);
  }
  const section = SECTION.exec(text)?.[1];
  return section === undefined ? undefined : rowOf(section, undefined, indent);
}

function rowOf(name: string, value: string | undefined, indent: number): SettingsRow | undefined {
  const trimmed = name.trim();
  // A sentence is no name.
  if (REPORT.test(trimmed) || trimmed.split(/\s+/).length > 6) return undefined;
  const setting = value === undefined ? undefined : valueOf(value);
  if (setting !== undefined && isSentence(setting)) return undefined;
  return { name: trimmed.replaceAll(" ", "_"), value: setting, indent };
}

/** What people set are words, numbers and lists of them. */
function isSentence(value: string): boolean {
  return !/^["'([{]/.test(value) && (value.match(/\s+/g)?.length ?? 0) >= 5;
}

/** Without the comment behind it. */
function valueOf(text: string): string {
  return unquoted(text.replace(/ {1,8}# .*$/, "").trim());
}
