import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endSession, type Session, type SessionPlan, startSession } from "./session.ts";

/** Where everything that is measured happens. */
export interface Stage {
  /** Starts a process, by itself or under `tracelet run` in a store of its own. */
  start(plan: StagePlan): Session;
  /** Ends what still runs, tracelet's watchers included, and removes the temporary folder. */
  close(): Promise<void>;
}

export interface StageOptions {
  /** What starts tracelet: a program and its first arguments. */
  readonly tracelet: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Ends all at once. */
  readonly signal: AbortSignal;
}

export interface StagePlan extends Pick<SessionPlan, "command" | "talks"> {
  /** Seconds between two samples; left out, tracelet is not there. */
  readonly interval?: number;
}

/** What decides how `tracelet run` behaves is left out: what is measured is what it does by itself. */
const STEERING = /^TRACELET_/;

/** Makes the temporary folder. */
export async function openStage({ tracelet, env, signal }: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "tracelet-overhead-"));
  // So that none of a folder above is found: its alert rules may run commands.
  await writeFile(join(folder, "tracelet.toml"), "");
  const ownEnv = Object.fromEntries(Object.entries(env).filter(([name]) => !STEERING.test(name)));
  const sessions: Session[] = [];
  const endAll = () => Promise.all(sessions.map((session) => endSession(session)));
  const onAbort = () => void endAll();
  signal.addEventListener("abort", onAbort);
  return {
    start({ command, interval, talks }) {
      signal.throwIfAborted();
      const store = interval === undefined ? undefined : join(folder, String(sessions.length));
      const session = startSession({
        command: store === undefined ? command : [...tracelet, ...runFlags(interval, store), ...command],
        store,
        cwd: folder,
        env: ownEnv,
        talks,
      });
      sessions.push(session);
      return session;
    },
    async close() {
      signal.removeEventListener("abort", onAbort);
      await endAll();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function runFlags(interval: number | undefined, store: string): string[] {
  return ["run", "--quiet", "--upload", "never", "--interval", String(interval), "--dir", store, "--"];
}
