/**
 * What the files of a control group say. Everything here is pure; a file that is cut short or has other words in it
 * gives nothing, and lines that are not known are left out: newer kernels add some.
 */

/** Lines of a name and a whole number, as in `cpu.stat`, `memory.stat`, `memory.events` and `memory.oom_control`. */
export function parseFlatKeyed(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^(\S+) (\d+)$/gm)) {
    if (name !== undefined) values.set(name, Number(value));
  }
  return values;
}

/** The number of one such line: `memory.stat` has fifty others, which are left unread. */
export function parseOneOf(text: string, name: string): number | undefined {
  const line = `\n${text}`;
  const at = line.indexOf(`\n${name} `);
  const [, value] =
    at === -1 ? [] : (/^ (\d+)(?:\n|$)/.exec(line.slice(at + 1 + name.length, at + name.length + 32)) ?? []);
  return value === undefined ? undefined : Number(value);
}

/** `cpu.max` of version 2 in cores: `150000 100000` are 1.5, `max 100000` is no limit. */
export function parseCpuMax(text: string): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)$/m.exec(text) ?? [];
  return coresOf(quota, period);
}

/** `cpu.cfs_quota_us` and `cpu.cfs_period_us` of version 1 in cores; a quota of -1 is no limit. */
export function parseCfsQuota(quota: string, period: string): number | undefined {
  return /^\d+$/.test(quota.trim()) && /^\d+$/.test(period.trim()) ? coresOf(quota, period) : undefined;
}

/** A size in bytes alone in its file; `max` is no limit. */
export function parseSize(text: string): number | undefined {
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

/** How many CPUs a list such as `0-3,8` names. */
export function countCpus(list: string): number | undefined {
  let count = 0;
  for (const part of list.trim().split(",")) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    count += Number(last) - Number(first) + 1;
  }
  return count > 0 ? count : undefined;
}

function coresOf(quota: string | undefined, period: string | undefined): number | undefined {
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : undefined;
}
