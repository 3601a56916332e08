import type { Webhook } from "../backends/webhook.ts";
import type { JournalWriter } from "../journal/writer.ts";
import type { ActionTaken, Alert, AlertAction, AlertRule, WebhookSettings } from "../model/alert.ts";
import type { RunHeader } from "../model/run.ts";
import { actionFailed } from "../terminal/alert-notes.ts";
import { COMMAND_ENDED } from "./signal-child.ts";
import { type RunningAction, startAlertCommand } from "./alert-command.ts";
import { alertAsJson, alertEnvironment, webhookBody } from "./alert-message.ts";
import { TOO_LATE, within } from "../probes/bounded.ts";

/** More actions than this are not under way at once: a rule that floods must not fill the machine. */
const MOST_UNDER_WAY = 32;
/** What a disk may take to have an action on record before it is begun. */
const RECORD_MS = 200;
/** What actions may still take when the command has ended: less than a wrapper waits for a word of progress. */
const GRACE_MS = 3000;

export interface AlertActorOptions {
  readonly journal: JournalWriter;
  readonly header: RunHeader;
  readonly webhook: WebhookSettings | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Has the command get a signal. Returns why not, in a few words, where it cannot. */
  readonly signal: (signal: NodeJS.Signals) => string | undefined;
  /** A line for the user. */
  readonly notify: (text: string) => void;
  /** What earlier watchers have done. */
  readonly before: readonly ActionTaken[];
}

type Doable = Exclude<AlertAction, { kind: "notify" }>;
type Outcome = { readonly ok: boolean; readonly detail: string };

/**
 * Does what rules ask for: beside everything else, bounded, and each once an episode. That something is begun is in the
 * journal before it is: a watcher that takes over does not do it again.
 */
export class AlertActor {
  readonly #options: AlertActorOptions;
  #webhook: Promise<Webhook> | undefined;
  readonly #given = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #commands = new Set<RunningAction>();
  /** The alert that has had the command stopped. */
  #stop: Pick<Alert, "rule" | "metric"> | undefined;

  constructor(options: AlertActorOptions) {
    this.#options = options;
    this.#stop = options.before.find(({ action, state }) => action === "stop" && state === "done");
  }

  /** The rule that has had the command stopped. */
  get stoppedBy(): string | undefined {
    return this.#stop?.rule;
  }

  /** The command had ended before it could be stopped. */
  stopFailed(): void {
    if (this.#stop === undefined) return;
    this.#record({ kind: "stop" }, this.#stop, "failed", COMMAND_ENDED);
    this.#options.notify(actionFailed("stop", this.#stop.rule, COMMAND_ENDED));
    this.#stop = undefined;
  }

  /** What a change of state asks for. @param isNew an episode has just begun */
  take(alert: Alert, { actions }: AlertRule, isNew: boolean): void {
    for (const action of actions) if (isAskedFor(action, alert, isNew)) this.#start(action, alert);
  }

  /** An episode that an earlier watcher has announced: what that one has not begun is done now. */
  catchUp(alert: Alert, { actions }: AlertRule, began: number): void {
    const begun = this.#options.before.filter(
      ({ rule, metric, timestamp }) => rule === alert.rule && metric === alert.metric && timestamp >= began,
    );
    for (const action of actions) {
      if (action.kind !== "notify" && !begun.some((one) => one.action === action.kind)) this.#start(action, alert);
    }
  }

  /** Waits for what is under way, for a while, and gives up the rest. */
  async finish(): Promise<void> {
    const all = Promise.all(this.#underWay);
    if ((await within(all, GRACE_MS)) === TOO_LATE) this.cancel();
    await within(all, RECORD_MS);
    (await this.#webhook)?.close();
  }

  /** Nobody wants to wait. */
  cancel(): void {
    this.#given.abort();
    for (const command of this.#commands) command.kill();
  }

  #start(action: AlertAction, alert: Alert): void {
    if (action.kind === "notify") return;
    const record = (state: ActionTaken["state"], detail?: string) => this.#record(action, alert, state, detail);
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      record("failed", `${MOST_UNDER_WAY} others are under way`);
      return;
    }
    record("begun");
    const done = this.#finished(action, alert);
    this.#underWay.add(done);
    void done.finally(() => this.#underWay.delete(done));
  }

  async #finished(action: Doable, alert: Alert): Promise<void> {
    // On a disk that refuses it is done all the same.
    await within(this.#options.journal.flush(), RECORD_MS);
    const { ok, detail } = await this.#perform(action, alert);
    this.#record(action, alert, ok ? "done" : "failed", detail);
    if (!ok) this.#options.notify(actionFailed(action.kind, alert.rule, detail));
  }

  async #perform(action: Doable, alert: Alert): Promise<Outcome> {
    const { header, env, signal } = this.#options;
    if (action.kind === "webhook") return this.#post(alert);
    if (action.kind === "command") {
      const environment = { ...env, ...alertEnvironment(alert, header) };
      return this.#run(startAlertCommand(action, environment, `${alertAsJson(alert, header)}\n`));
    }
    const name = action.kind === "stop" ? "SIGTERM" : action.signal;
    const problem = signal(name);
    if (problem !== undefined) return { ok: false, detail: problem };
    if (action.kind === "stop") this.#stop ??= alert;
    return { ok: true, detail: name };
  }

  async #post(alert: Alert): Promise<Outcome> {
    const { header, env, webhook } = this.#options;
    if (webhook === undefined) return { ok: false, detail: "no address is given" };
    // What speaks to servers is loaded where something is said to them.
    this.#webhook ??= import("../backends/webhook.ts").then(({ createWebhook }) => createWebhook(webhook, env));
    return (await this.#webhook).post(webhookBody(alert, header, webhook.format), this.#given.signal);
  }

  async #run(running: RunningAction): Promise<Outcome> {
    this.#commands.add(running);
    const outcome = await running.outcome;
    this.#commands.delete(running);
    return outcome;
  }

  #record(
    { kind }: AlertAction,
    { rule, metric }: Pick<Alert, "rule" | "metric">,
    state: ActionTaken["state"],
    detail?: string,
  ): void {
    const timestamp = this.#options.now();
    const told = detail === undefined ? {} : { detail };
    this.#options.journal.append({ type: "action", timestamp, rule, metric, action: kind, state, ...told });
  }
}

/**
 * A server is told everything that people are told. A command runs when an episode begins or is told again; a signal is
 * sent once.
 */
function isAskedFor({ kind }: AlertAction, { state, repeated }: Alert, isNew: boolean): boolean {
  if (state !== "firing" && state !== "resolved") return false;
  if (kind === "webhook") return true;
  if (state === "resolved") return false;
  return isNew || (kind === "command" && repeated === true);
}
