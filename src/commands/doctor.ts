import { setTimeout as wait } from "node:timers/promises";
import * as Flags from "@oclif/core/flags";
import { Command } from "@oclif/core/command";
import { createBackend } from "../backends/index.ts";
import { backendIds } from "../backends/ids.ts";
import { problemsOf } from "../model/checkup.ts";
import { checkProbes } from "../probes/checkup.ts";
import { customProbes } from "../probes/custom.ts";
import { thisHost } from "../probes/host.ts";
import { GPU_PATIENCE, PROBES } from "../probes/index.ts";
import type { Outcome } from "../run/exit-status.ts";
import { checkupToJson, renderCheckup } from "../terminal/checkup.ts";
import { checkBackends } from "../upload/check-backends.ts";
import { currentFolder } from "./current-folder.ts";
import { settingFlags } from "./flags.ts";
import { tryToPrint } from "./print.ts";
import { settingsHere } from "./settings-here.ts";

/** Something that the settings ask for does not work. */
const EXIT_PROBLEM = 1;

/** Milliseconds that a server has for its answer. */
const PATIENCE = 10_000;

export default class Doctor extends Command {
  static override description =
    "Tries every probe, your own ones included, and every backend: whether it works here, why not, and what to do.\n" +
    "Exit status 1 when CPU or memory cannot be read, a probe fails, or a backend of the settings does not work.";
  static override flags = {
    cost: Flags.boolean({
      summary: "Measure the CPU time that one reading of each probe takes; the process table has one in half a minute.",
    }),
    json: Flags.boolean({ summary: "Print a JSON object." }),
    ...settingFlags(["backend"]),
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(Doctor);
    const settings = await settingsHere(flags);
    const registry = [...PROBES, ...customProbes(settings.probe, true)];
    const [probes, backends] = [
      await checkProbes(
        thisHost(currentFolder(), { choice: "all", env: process.env, patience: GPU_PATIENCE }),
        registry,
        {
          wait,
          // The command of a run would be a process beside ours; here the one that started us stands for it.
          workload: { pid: process.ppid, ownPids: [process.pid] },
          ...(flags.cost ? { cpuTime } : {}),
        },
      ),
      await checkBackends({
        ids: backendIds,
        wanted: settings.backend,
        createBackend: (id) => createBackend(id, process.env, settings),
        signal: AbortSignal.timeout(PATIENCE),
      }),
    ];
    const checkup = { probes, backends };
    await tryToPrint(
      flags.json ? checkupToJson(checkup) : renderCheckup(checkup, process.stdout, { env: process.env }),
    );
    return { code: problemsOf(checkup).length === 0 ? 0 : EXIT_PROBLEM };
  }
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
