/** Names that were asked about and are remembered; a log has few. */
const MOST_REMEMBERED = 4096;

/**
 * Which names count: those that match a glob of `include`, or all where there is none, without those that match one of
 * `exclude`. `undefined` where all do.
 */
export function nameFilter(
  include: readonly string[],
  exclude: readonly string[],
): ((name: string) => boolean) | undefined {
  if (include.length === 0 && exclude.length === 0) return undefined;
  const known = new Map<string, boolean>();
  return (name) => {
    const answer = known.get(name);
    if (answer !== undefined) return answer;
    const isIncluded = include.length === 0 || include.some((glob) => matchesGlob(glob, name));
    const counts = isIncluded && !exclude.some((glob) => matchesGlob(glob, name));
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(name, counts);
    return counts;
  };
}

/** Whether the whole name is as the glob says: `*` is any text, `?` any character. */
export function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let index = 0;
  /** Where the last star stands, and what of the name it has taken. */
  let star = -1;
  let taken = 0;
  while (index < name.length) {
    if (glob[at] === "*") {
      star = at;
      taken = index;
      at += 1;
    } else if (at < glob.length && (glob[at] === "?" || glob[at] === name[index])) {
      at += 1;
      index += 1;
    } else if (star !== -1) {
      // Only the last star has to give way: what stands before it has its leftmost match already.
      taken += 1;
      index = taken;
      at = star + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(glob.slice(at));
}
