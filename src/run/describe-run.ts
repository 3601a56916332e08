import { hostname, userInfo } from "node:os";
import type { RunHeader } from "../model/run.ts";
import type { Settings } from "../model/settings.ts";
import { paramsOfCommand } from "./command-params.ts";
import { readGitState } from "./git.ts";
import { withoutSecrets } from "./secrets.ts";

export interface RunFacts {
  readonly id: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly version: string;
  readonly settings: Settings;
}

/** Everything that is known of a run before its child is launched. `--param` beats a flag of the command. */
export function describeRun(facts: RunFacts): RunHeader {
  const { settings } = facts;
  const user = userName();
  const git = readGitState(facts.cwd);
  return {
    id: facts.id,
    name: facts.name,
    project: settings.project,
    command: withoutSecrets(facts.command),
    cwd: facts.cwd,
    host: hostname(),
    ...(user === undefined ? {} : { user }),
    started: facts.started,
    tracelet: facts.version,
    ...(git === undefined ? {} : { git }),
    params: { ...paramsOfCommand(facts.command), ...settings.param },
    tags: settings.tag,
    interval: settings.metricsInterval,
    backends: settings.backend,
  };
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // containers often run under a user id without a name
  }
}
