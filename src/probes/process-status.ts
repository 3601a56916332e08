const STATUS: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "disk-sleep",
  T: "stopped",
  t: "tracing-stop",
  Z: "zombie",
  X: "dead",
  x: "dead",
  K: "wake-kill",
  W: "waking",
  I: "idle",
  P: "parked",
};

/** psutil's word for the kernel's letter of a process state; a letter that is not known yet is `unknown`. */
export function statusOf(letter: string): string {
  return STATUS[letter] ?? "unknown";
}

/** How many processes are in each state. The common states are always there: a series with holes cannot be drawn. Pure. */
export function countByStatus(
  processes: Iterable<{ readonly state: string }>,
  common: readonly string[],
): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(common.map((status) => [status, 0]));
  for (const { state } of processes) {
    const status = statusOf(state);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
