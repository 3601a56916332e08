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
