import { BackendError, type RemoteRun } from "../model/backend.ts";
import type { RunHeader } from "../model/run.ts";
import type { MlflowApi } from "./mlflow-api.ts";
import { orAbsent, required } from "./mlflow-answers.ts";
import { findOrCreateExperiment } from "./mlflow-experiments.ts";
import { joinRun } from "./mlflow-join.ts";
import { at, listAt, textAt, wholeAt } from "./mlflow-json.ts";
import { describingTags } from "./mlflow-tags.ts";
import { cutText, legalKey, legalText, MAX_TAG_VALUE } from "./mlflow-rules.ts";

/** The tag by which a run is found again. Searched for before a run is created: creating is not idempotent. */
const RUN_ID_TAG = "tracelet.run_id";
/** Set through the run's name; MLflow refuses a tag that says something else. */
export const NAME_TAG = "mlflow.runName";

/** A run as the server describes it. */
export interface RunFacts {
  readonly remote: RemoteRun;
  /** The last point of each metric. */
  readonly metrics: readonly { readonly key: string; readonly step: number; readonly timestamp: number }[];
  readonly paramNames: readonly string[];
  readonly tags: ReadonlyMap<string, string>;
}

/** Finds the run of this header, the known one first, or makes it. */
export async function findOrCreateRun(
  api: MlflowApi,
  run: RunHeader,
  known: RemoteRun | undefined,
  signal: AbortSignal,
): Promise<RunFacts> {
  const facts = await findRun(api, run, known, signal);
  return isShared(run) ? joinRun(api, run, facts, signal) : facts;
}

/** Whether other runs of tracelet may write to the remote run of this one. */
function isShared(run: RunHeader): boolean {
  return run.resumes !== undefined || run.joins?.["mlflow"] !== undefined;
}

async function findRun(
  api: MlflowApi,
  run: RunHeader,
  known: RemoteRun | undefined,
  signal: AbortSignal,
): Promise<RunFacts> {
  const joined = run.joins?.["mlflow"];
  if (joined !== undefined) {
    const facts = await getRun(api, joined, signal);
    if (facts !== undefined) return facts;
    throw new BackendError(`MLflow at ${api.base} has no run ${joined}, which MLFLOW_RUN_ID has named`, {
      retryable: false,
      hint: "check MLFLOW_TRACKING_URI",
    });
  }
  const remembered = known === undefined ? undefined : await getRun(api, known.remoteId, signal);
  if (remembered !== undefined) return remembered;
  const experiment = await findOrCreateExperiment(api, run.project, signal);
  // All runs of a chain are one run here, whichever of them is uploaded first.
  const id = run.resumes?.first ?? run.id;
  return (await searchRun(api, experiment, id, signal)) ?? (await createRun(api, experiment, run, id, signal));
}

/** The run with this id; `undefined` when this server has none. Throws for one that was deleted. */
export async function getRun(api: MlflowApi, id: string, signal: AbortSignal): Promise<RunFacts | undefined> {
  const answer = await orAbsent(api.get("/runs/get", { run_id: id }, signal));
  if (answer === undefined) return undefined;
  if (textAt(answer, "run", "info", "lifecycle_stage") === "deleted") {
    throw new BackendError(`the run ${id} was deleted in MLflow`, {
      retryable: false,
      hint: `to go on, type: mlflow runs restore --run-id ${id}`,
    });
  }
  return readRun(api, at(answer, "run"));
}

async function searchRun(
  api: MlflowApi,
  experiment: string,
  id: string,
  signal: AbortSignal,
): Promise<RunFacts | undefined> {
  const query = {
    experiment_ids: [experiment],
    filter: `tags.\`${RUN_ID_TAG}\` = '${id}'`,
    max_results: 1,
    // Should there ever be two, every session takes the same one.
    order_by: ["attributes.start_time ASC", "attributes.run_id ASC"],
    run_view_type: "ACTIVE_ONLY",
  };
  const answer = await api.post("/runs/search", JSON.stringify(query), signal);
  const [found] = listAt(answer, "runs");
  return found === undefined ? undefined : readRun(api, found);
}

async function createRun(
  api: MlflowApi,
  experiment: string,
  run: RunHeader,
  id: string,
  signal: AbortSignal,
): Promise<RunFacts> {
  const tags = {
    ...describingTags(run),
    ...run.tags,
    [RUN_ID_TAG]: id,
    "tracelet.host": run.host,
    "tracelet.command": run.command.map(quoted).join(" "),
  };
  const body = {
    experiment_id: experiment,
    run_name: legalText(run.name),
    start_time: run.started,
    tags: Object.entries(tags)
      .filter(([key]) => key !== NAME_TAG)
      .map(([key, value]) => ({ key: legalKey(key), value: cutText(legalText(value), MAX_TAG_VALUE) })),
  };
  return readRun(api, at(await api.post("/runs/create", JSON.stringify(body), signal), "run"));
}

/** An argument as a shell wants it typed. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

function readRun(api: MlflowApi, run: unknown): RunFacts {
  const id = required(api, textAt(run, "info", "run_id"), "a run has no id");
  const experiment = required(api, textAt(run, "info", "experiment_id"), "a run has no experiment");
  return {
    remote: {
      remoteId: id,
      url: api.pageOf(experiment, id),
      detail: { experiment_id: experiment, artifact_uri: textAt(run, "info", "artifact_uri") ?? "" },
    },
    metrics: listAt(run, "data", "metrics").map((metric) => ({
      key: textAt(metric, "key") ?? "",
      step: wholeAt(metric, "step"),
      timestamp: wholeAt(metric, "timestamp"),
    })),
    paramNames: listAt(run, "data", "params").flatMap((param) => textAt(param, "key") ?? []),
    tags: new Map(listAt(run, "data", "tags").map((tag) => [textAt(tag, "key") ?? "", textAt(tag, "value") ?? ""])),
  };
}
