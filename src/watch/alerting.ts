import type { JournalWriter } from "../journal/writer.ts";
import type { Death } from "../model/death.ts";
import type { Host, Workload } from "../model/probe.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import type { RunEnd } from "../model/run.ts";
import type { RunView } from "../model/view.ts";
import type { WatchOrder, WrapperEnd } from "../model/watcher-protocol.ts";
import type { ProbeSelection } from "../probes/selection.ts";
import { alertLine, alertSentence } from "../terminal/alert-line.ts";
import { alertsFlood } from "../terminal/alert-notes.ts";
import { annotation, isInGitHubActions } from "../terminal/annotation.ts";
import { AlertActor, type AlertActorOptions } from "./alert-actor.ts";
import { AlertDesk } from "./alert-desk.ts";
import { FlightRecorder } from "./flight-recorder.ts";
import { readKernelKills } from "./kernel-kills.ts";
import { lastOutput } from "./last-output.ts";
import { EVIDENCE_KEYS, type EvidenceKey, whyItDied } from "./why-it-died.ts";

const KILLS = "container_oom_kills";

/** An interval up to this many seconds leaves nothing to see between two samples. */
const CLOSE_ENOUGH = 1;

/** How full /dev/shm is: between two samples it may have filled, and be empty again at the second. */
const SHARED = "shm_percent";

export interface AlertingOptions {
  readonly order: WatchOrder;
  readonly run: RunDirectory;
  readonly journal: JournalWriter;
  readonly before: RunView;
  readonly host: Host;
  readonly selection: ProbeSelection;
  /** Seconds between samples. */
  readonly interval: number;
  readonly workload: Workload;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  /** A line for the user, where one is wanted. */
  readonly notify: (text: string) => void;
  readonly signal: AlertActorOptions["signal"];
}

/** Everything about alerts while a run is watched: rules, actions, what is kept of a bad moment, and the last word on it. */
export class Alerting {
  readonly desk: AlertDesk;
  readonly #options: AlertingOptions;
  readonly #actor: AlertActor;
  readonly #flight: FlightRecorder | undefined;
  readonly #kernelKills: number | undefined;
  #kills: number | undefined;
  readonly #last: Partial<Record<EvidenceKey, number>> = {};

  constructor(options: AlertingOptions) {
    this.#options = options;
    const { order, journal, before, env, now, host, interval, notify, signal } = options;
    const steady = () => performance.now();
    const { header, settings } = order;
    this.#kernelKills = readKernelKills(host.proc);
    this.#kills = before.system[KILLS]?.min;
    this.#actor = new AlertActor({
      journal,
      header,
      webhook: settings.webhook,
      env,
      now,
      signal,
      notify,
      before: before.actions,
    });
    const hasKept = before.closeups.length > 0;
    this.#flight = interval <= CLOSE_ENOUGH ? undefined : new FlightRecorder({ ...options, steady, hasKept });
    this.desk = new AlertDesk({
      journal,
      rules: settings.alert,
      before,
      now,
      steady,
      actor: this.#actor,
      tell: (alert, bell) => {
        notify(alertLine(alert, { isTTY: order.terminal, env, bell }));
        if (isInGitHubActions(env) && alert.state === "firing")
          notify(annotation(alert.severity, alertSentence(alert)));
      },
      flooded: (rule) => notify(alertsFlood(rule)),
      onCritical: () => this.#flight?.critical(),
    });
  }

  /** One reading of the machine. @param judged what of it is good to be judged */
  sample(judged: Readonly<Record<string, number>>): void {
    for (const key of EVIDENCE_KEYS) {
      const value = judged[key];
      if (value !== undefined) this.#last[key] = value;
    }
    this.#kills ??= judged[KILLS];
    this.desk.sample(judged);
  }

  line(line: Parameters<AlertDesk["line"]>[0]): void {
    this.desk.line(line);
  }

  /** The run was stopped for so many milliseconds. */
  stopped(milliseconds: number): void {
    this.desk.stopped(milliseconds);
  }

  /** A second has passed, or the interval if that is shorter. */
  look(): void {
    this.#flight?.look();
    this.desk.look();
  }

  /** Nobody wants to wait for actions. */
  hurry(): void {
    this.#actor.cancel();
  }

  /**
   * The command has ended, and all it has printed is looked at: waits for actions for a while, and says why the command
   * died, if it did.
   * @param known what the wrapper knows of signals; absent where it was killed
   */
  async conclude(end: RunEnd, known: Pick<WrapperEnd, "sent" | "received"> | undefined): Promise<Death | undefined> {
    const { journal } = this.#options;
    if (known?.sent.includes("SIGTERM") === false) this.#actor.stopFailed();
    const received = known?.received;
    const death = whyItDied({ end, ...(await this.#evidence(end)), ...(received === undefined ? {} : { received }) });
    if (end.status !== "finished") this.#flight?.keep("abnormal end");
    this.#flight?.close();
    if (death !== undefined) journal.append({ type: "death", ...death });
    await this.#actor.finish();
    return death;
  }

  async #evidence(end: RunEnd) {
    const { run, host } = this.#options;
    const stoppedBy = this.#actor.stoppedBy;
    const kernelKills = readKernelKills(host.proc);
    const isKnown = kernelKills !== undefined && this.#kernelKills !== undefined;
    const kills = this.#last[KILLS];
    const shared = this.#flight?.highest(SHARED);
    const fullest = shared === undefined ? {} : { [SHARED]: Math.max(shared, this.#last[SHARED] ?? 0) };
    return {
      series: { ...this.#last, ...fullest },
      output: end.status === "finished" ? [] : await lastOutput(run),
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
      ...(isKnown ? { machineKills: kernelKills - (this.#kernelKills ?? 0) } : {}),
      ...(kills === undefined || this.#kills === undefined ? {} : { containerKills: kills - this.#kills }),
    };
  }
}
