import type { Settings } from "../model/settings.ts";

/** Which probes are wanted. The workload and tracelet's own cost are always read. */
export interface ProbeSelection {
  /** CPU, load, memory and the process table. */
  readonly system: boolean;
  readonly gpu: boolean;
  readonly disk: boolean;
  readonly network: boolean;
  readonly perCpu: boolean;
  /** How many processes to list; absent for no list. */
  readonly processes?: number;
}

/** The settings that are about probes. */
type ProbeSettings = Pick<
  Settings,
  "trackSystem" | "trackGpu" | "trackDisk" | "trackNetwork" | "includePerCpu" | "includeProcesses" | "processLimit"
>;

export function selectionOf(settings: ProbeSettings): ProbeSelection {
  return {
    system: settings.trackSystem,
    gpu: settings.trackGpu,
    disk: settings.trackDisk,
    network: settings.trackNetwork,
    perCpu: settings.includePerCpu,
    ...(settings.includeProcesses ? { processes: settings.processLimit } : {}),
  };
}
