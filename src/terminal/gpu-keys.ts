/** More keys than these of the same GPUs are counted, not listed. */
const MOST_LISTED = 8;

/** The keys of GPUs among these, put together: `gpu_<0-7>_fan_speed` for the eight of them. Others stay as they are. */
export function withGpusTogether(keys: readonly string[]): string[] {
  const gpus = new Map<string, Set<number>>();
  const others: string[] = [];
  for (const key of keys) {
    const [, index, quantity] = /^gpu_(\d+)_(.+)$/.exec(key) ?? [];
    if (index === undefined || quantity === undefined) others.push(key);
    else gpus.set(quantity, (gpus.get(quantity) ?? new Set()).add(Number(index)));
  }
  return [...others, ...Array.from(gpus, ([quantity, indices]) => `gpu_${rangesOf(indices)}_${quantity}`)];
}

/** The same, where which keys they are matters less: `gpu_7_* (29 keys)`. */
export function withGpusCounted(keys: readonly string[]): string[] {
  const together = withGpusTogether(keys);
  const byGpus = new Map<string, string[]>();
  for (const key of together) {
    const gpus = /^gpu_(\d+|<[\d,-]+>)_/.exec(key)?.[0] ?? key;
    byGpus.set(gpus, [...(byGpus.get(gpus) ?? []), key]);
  }
  return [...byGpus].flatMap(([gpus, same]) => (same.length > MOST_LISTED ? [`${gpus}* (${same.length} keys)`] : same));
}

/** `3` for one, `<0-2,5>` for several. */
function rangesOf(indices: ReadonlySet<number>): string {
  const ranges: { first: number; last: number }[] = [];
  for (const index of [...indices].sort((one, other) => one - other)) {
    const range = ranges.at(-1);
    if (range !== undefined && range.last === index - 1) range.last = index;
    else ranges.push({ first: index, last: index });
  }
  const texts = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return indices.size === 1 ? texts.join("") : `<${texts.join(",")}>`;
}
