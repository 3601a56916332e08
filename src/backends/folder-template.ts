/** The default of `--tensorboard-dir`, from the folder in which the command was typed. */
export const TENSORBOARD_DIR = "runs/{name}";

/** Most bytes of one part of a path, with room for a number behind it; file systems take 255. */
const MOST_BYTES = 200;

/** Characters that are looked at. */
const LONGEST = 1000;

/**
 * Puts what a run is into a path: `{name}`, `{project}` and `{id}`, each as one part of a path whatever characters it has.
 * @param template an absolute path; what else is in braces stays
 */
export function fillFolder(
  template: string,
  run: { readonly name: string; readonly project: string; readonly id: string },
): string {
  return template.replace(/\{(name|project|id)\}/g, (_, key: "name" | "project" | "id") => asFileName(run[key]));
}

/** The nearest name that every file system takes and no shell minds. */
function asFileName(text: string): string {
  // Half characters become U+FFFD on the way.
  const legal = Buffer.from(text.slice(0, LONGEST), "utf8")
    .toString("utf8")
    .normalize("NFC")
    // oxlint-disable-next-line no-control-regex -- these are what must not be in a file's name
    .replace(/[\u0000-\u001f\u007f<>:"'`$!|?*\\/]+/g, "_")
    .replace(/^[.\s_-]+|[.\s_]+$/g, "");
  let cut = "";
  let bytes = 0;
  for (const character of legal) {
    bytes += Buffer.byteLength(character);
    if (bytes > MOST_BYTES) break;
    cut += character;
  }
  return cut === "" ? "unnamed" : cut;
}
