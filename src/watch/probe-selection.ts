import type { Settings } from "../model/settings.ts";
import type { ProbeSelection } from "../probes/index.ts";

/** Which probes the settings ask for. What is switched off is not opened. */
export function probeSelection(settings: Settings): ProbeSelection {
  return {
    system: settings.trackSystem,
    gpu: settings.trackGpu,
    disk: settings.trackDisk,
    network: settings.trackNetwork,
    perCpu: settings.includePerCpu,
    ...(settings.includeProcesses ? { processes: settings.processLimit } : {}),
  };
}
