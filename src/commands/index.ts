import type { Command } from "@oclif/core/command";

/** What can be typed. The code of a command is loaded when it is. */
export const COMMANDS = {
  run: {
    summary: "Wrap a training command: sample the machine, find its metrics, keep and upload the run.",
    load: async () => (await import("./run.ts")).default,
  },
  snapshot: {
    summary: "One reading of this machine.",
    load: async () => (await import("./snapshot.ts")).default,
  },
  doctor: {
    summary: "Try every probe and backend: whether it works here, why not, what to do.",
    load: async () => (await import("./doctor.ts")).default,
  },
  overhead: {
    summary: "Measure what watching costs here, and which interval to use.",
    load: async () => (await import("./overhead.ts")).default,
  },
  runs: {
    summary: "List the runs of this folder's store, newest first.",
    load: async () => (await import("./runs.ts")).default,
  },
  show: {
    summary: "Show one run: command, status, params, metrics, system, alerts, uploads.",
    load: async () => (await import("./show.ts")).default,
  },
  report: {
    summary: "Write a run as one HTML page: charts, figures, alerts, output.",
    load: async () => (await import("./report.ts")).default,
  },
  export: {
    summary: "Write every point of a run, training and system, as JSON lines or CSV.",
    load: async () => (await import("./export.ts")).default,
  },
  extract: {
    summary: "Read a log and print the metrics that would be recorded.",
    load: async () => (await import("./extract.ts")).default,
  },
  import: {
    summary: "Make a run of a log.",
    load: async () => (await import("./import.ts")).default,
  },
  log: {
    summary: "Add points to the run that this is a part of.",
    load: async () => (await import("./log.ts")).default,
  },
  rm: {
    summary: "Remove runs.",
    load: async () => (await import("./rm.ts")).default,
  },
  prune: {
    summary: "Remove old runs.",
    load: async () => (await import("./prune.ts")).default,
  },
  sync: {
    summary: "Upload what could not be uploaded.",
    load: async () => (await import("./sync.ts")).default,
  },
} as const satisfies Readonly<Record<string, { summary: string; load: () => Promise<Command.Class> }>>;

export type CommandId = keyof typeof COMMANDS;
