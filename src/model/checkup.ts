import type { Unavailable } from "./metric.ts";

/** Whether a probe works on this machine: `partly` gives some of its keys and a reason for the others. */
export interface ProbeCheck {
  readonly probe: string;
  readonly state: "works" | "partly" | "unavailable" | "failed";
  /** What it gave. */
  readonly keys: readonly string[];
  /** Why it did not give the rest. */
  readonly unavailable: readonly Unavailable[];
  /** How it reads, where there are several ways. */
  readonly notes?: readonly string[];
  /** CPU time of one reading in microseconds, all threads together; only where costs were asked for. */
  readonly cpu_microseconds?: number;
}

/** Whether a backend can be used from here. `unset`: it lacks its variables, and nobody asked for it. */
export interface BackendCheck {
  readonly backend: string;
  readonly state: "works" | "unset" | "failed";
  /** Whether the settings name it. */
  readonly wanted: boolean;
  readonly reason?: string;
  readonly hint?: string;
}

/** What `tracelet doctor` finds. */
export interface Checkup {
  readonly probes: readonly ProbeCheck[];
  readonly backends: readonly BackendCheck[];
}

/** Without these two there is no system monitoring worth the name. */
const CRITICAL_KEYS = ["cpu_percent", "memory_percent"];

/** What keeps a run from being what its settings ask for, as a sentence each; nothing where all is well. */
export function problemsOf({ probes, backends }: Checkup): string[] {
  const given = new Set(probes.flatMap(({ keys }) => keys));
  return [
    ...CRITICAL_KEYS.filter((key) => !given.has(key)).map((key) => `${key} cannot be read`),
    ...probes.filter(({ state }) => state === "failed").map(({ probe }) => `the probe ${probe} fails`),
    ...backends
      .filter(({ state, wanted }) => wanted && state !== "works")
      .map(({ backend }) => `${backend} does not work`),
  ];
}
