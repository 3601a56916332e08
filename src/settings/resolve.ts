import { basename, resolve } from "node:path";
import type { Settings } from "../model/settings.ts";
import { type FileContent, fromFile } from "./files.ts";
import { mergeMaps } from "./merge.ts";
import { mistake } from "./origin.ts";
import { fromEnvironment, fromFlags } from "./sources.ts";
import type { Source } from "./sources.ts";
import { readGpus } from "./gpus.ts";
import { readSize } from "./size.ts";
import { nearestWord } from "./spelling.ts";
import type { SettingName, SettingSpec } from "./table.ts";
import { SETTINGS, specOf } from "./table.ts";
import type { Given } from "./values.ts";
import { readBoolean, readChoice, readList, readMap, readNumber, readPercent, readString } from "./values.ts";

/** Where settings are looked for. */
export interface SettingsInput {
  /** Keyed by flag as typed, without dashes (`track-gpu`); keys that are no settings are left alone. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** The ids that `backend` may have. */
  readonly knownBackends: readonly string[];
}

/**
 * Every setting of a run: flag beats variable beats file beats default. `param` and `tag` are put together key by key,
 * and alert rules metric by metric; everything else is taken whole from the strongest source. Throws a `UserError` for
 * any mistake in any source, also in one that a stronger source would have hidden.
 */
export async function resolveSettings(input: SettingsInput): Promise<Settings> {
  const { flags, env, cwd } = input;
  const file = await fromFile(cwd);
  const sources = [fromFlags(flags, cwd), fromEnvironment(env, cwd), file.source];
  const pick = picker(sources);
  const name = pick("name", readString);
  return {
    project: pick("project", readString) ?? (basename(cwd) || "tracelet"),
    ...(name === undefined ? {} : { name }),
    backend: pick("backend", (given, spec) => readBackends(given, spec, input.knownBackends)) ?? [],
    upload:
      pick("upload", (given, spec) => readChoice(given, spec, SETTINGS.upload.choices)) ?? SETTINGS.upload.default,
    uploadTimeout: pick("upload_timeout", readNumber) ?? SETTINGS.upload_timeout.default,
    thin: pick("thin", readBoolean) ?? SETTINGS.thin.default,
    wandbSync: pick("wandb_sync", readBoolean) ?? SETTINGS.wandb_sync.default,
    tensorboardDir:
      pick("tensorboard_dir", (given, spec) => readFolder(given, spec, env)) ??
      resolve(cwd, SETTINGS.tensorboard_dir.default),
    artifact: pick("artifact", readList) ?? SETTINGS.artifact.default,
    metricsInterval: pick("metrics_interval", readInterval) ?? SETTINGS.metrics_interval.default,
    intervalBudget: pick("interval_budget", readPercent) ?? SETTINGS.interval_budget.default,
    trackSystem: pick("track_system", readBoolean) ?? SETTINGS.track_system.default,
    trackGpu: pick("track_gpu", readBoolean) ?? SETTINGS.track_gpu.default,
    gpus: pick("gpus", readGpus) ?? SETTINGS.gpus.default,
    trackDisk: pick("track_disk", readBoolean) ?? SETTINGS.track_disk.default,
    trackNetwork: pick("track_network", readBoolean) ?? SETTINGS.track_network.default,
    trackMetrics: pick("track_metrics", readBoolean) ?? SETTINGS.track_metrics.default,
    include: pick("include", readList) ?? SETTINGS.include.default,
    exclude: pick("exclude", readList) ?? SETTINGS.exclude.default,
    includePerCpu: pick("include_per_cpu", readBoolean) ?? SETTINGS.include_per_cpu.default,
    includeProcesses: pick("include_processes", readBoolean) ?? SETTINGS.include_processes.default,
    processLimit: pick("process_limit", readNumber) ?? SETTINGS.process_limit.default,
    ...(await readAlerts(sources, file, env)),
    param: mergeMaps(read(sources, "param", readMap)),
    tag: mergeMaps(read(sources, "tag", readMap)),
    dir: pick("dir", (given, spec) => readFolder(given, spec, env)) ?? resolve(cwd, SETTINGS.dir.default),
    logLimit: pick("log_limit", readLogLimit) ?? SETTINGS.log_limit.default,
    quiet: pick("quiet", readBoolean) ?? SETTINGS.quiet.default,
    unbuffered: pick("unbuffered", readBoolean) ?? SETTINGS.unbuffered.default,
    pty: pick("pty", (given, spec) => readChoice(given, spec, SETTINGS.pty.choices)) ?? SETTINGS.pty.default,
    forwardSignals:
      pick("forward_signals", (given, spec) => readChoice(given, spec, SETTINGS.forward_signals.choices)) ??
      SETTINGS.forward_signals.default,
    onWrapperDeath:
      pick("on_wrapper_death", (given, spec) => readChoice(given, spec, SETTINGS.on_wrapper_death.choices)) ??
      SETTINGS.on_wrapper_death.default,
    ignoreHup: pick("ignore_hup", readBoolean) ?? SETTINGS.ignore_hup.default,
    probe: file.probes,
    metric: file.metrics,
  };
}

/** The settings of alerts and checks. Most runs have none, and start-up counts. */
async function readAlerts(
  sources: readonly Source[],
  file: FileContent,
  env: SettingsInput["env"],
): Promise<Pick<Settings, "alert" | "failOn" | "require" | "webhook">> {
  const isGiven = sources.some((source) =>
    ["alert", "fail_on", "require"].some((name) => source.has(name as SettingName)),
  );
  if (!isGiven && file.webhook === undefined) return { alert: [], require: [] };
  const { readAlertSettings } = await import("./alert-settings.ts");
  return readAlertSettings({
    alert: given(sources, "alert"),
    failOn: given(sources, "fail_on"),
    require: given(sources, "require"),
    webhook: file.webhook,
    env,
  });
}

type Reader<Value> = (given: Given, spec: SettingSpec) => Value;

function picker(sources: readonly Source[]) {
  return <Value>(name: SettingName, reader: Reader<Value>): Value | undefined => read(sources, name, reader)[0];
}

/** What every source that has the setting says, the strongest first. */
function read<Value>(sources: readonly Source[], name: SettingName, reader: Reader<Value>): Value[] {
  return given(sources, name).map((one) => reader(one, specOf(name)));
}

function given(sources: readonly Source[], name: SettingName): Given[] {
  return sources.map((source) => source.get(name)).filter((one) => one !== undefined);
}

function readInterval(given: Given, spec: SettingSpec): number | "auto" {
  if (typeof given.raw === "string" && given.raw.trim() === "auto") return "auto";
  return readNumber(given, spec);
}

function readLogLimit(given: Given, spec: SettingSpec): number | "none" {
  if (typeof given.raw === "string" && given.raw.trim() === "none") return "none";
  return readSize(given, spec);
}

function readBackends(given: Given, spec: SettingSpec, known: readonly string[]): string[] {
  const ids = readList(given, spec);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return [...new Set(ids)];
  const problem = `which is no backend (there is ${known.join(", ") || "none"})`;
  throw mistake(given.origin, unknown, problem, nearestWord(unknown, known) ?? spec.example);
}

/** A shell expands ~ only at the start of a word, never in a file or behind an equals sign: a folder named ~ is no one's wish. */
function readFolder(given: Given, spec: SettingSpec, env: SettingsInput["env"]): string {
  const folder = readString(given, spec);
  const home = env["HOME"] ?? env["USERPROFILE"];
  if (home !== undefined && /^~(?=$|[/\\])/.test(folder)) return resolve(home, `.${folder.slice(1)}`);
  return resolve(given.origin.folder, folder);
}
