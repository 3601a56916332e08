import { hostname, userInfo } from "node:os";
import type { RunHeader } from "../model/run.ts";
import type { Settings } from "../model/settings.ts";
import { paramsOfCommand } from "./command-params.ts";
import { foldersOf } from "./run-folders.ts";
import { readGitState } from "./git.ts";
import { withoutSecrets, withoutTokensIn } from "./secrets.ts";

export interface RunFacts {
  readonly id: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly version: string;
  readonly settings: Settings;
  /** The run that this one goes on with. */
  readonly resumes?: RunHeader | undefined;
  /** Remote runs to write to, by backend. */
  readonly joins?: Readonly<Record<string, string>> | undefined;
}

/** Everything that is known of a run before its child is launched. `--param` beats a flag of the command. */
export function describeRun(facts: RunFacts): RunHeader {
  const { settings, resumes } = facts;
  const joins = { ...resumes?.joins, ...facts.joins };
  const user = userName();
  const git = readGitState(facts.cwd);
  return {
    id: facts.id,
    name: facts.name,
    // Where the run is that this one goes on with, that is where it has to be found.
    project: resumes?.project ?? settings.project,
    command: withoutSecrets(facts.command),
    cwd: facts.cwd,
    host: hostname(),
    ...(user === undefined ? {} : { user }),
    started: facts.started,
    tracelet: facts.version,
    ...(git === undefined ? {} : { git }),
    params: withoutTokensIn({ ...paramsOfCommand(facts.command), ...settings.param }),
    tags: withoutTokensIn(settings.tag),
    interval: settings.metricsInterval,
    backends: settings.backend,
    ...(resumes === undefined ? {} : { resumes: { run: resumes.id, first: resumes.resumes?.first ?? resumes.id } }),
    ...(Object.keys(joins).length === 0 ? {} : { joins }),
    ...foldersOf(facts),
    ...(settings.artifact.length === 0 ? {} : { artifacts: settings.artifact }),
    thin: settings.thin,
  };
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // containers often run under a user id without a name
  }
}
