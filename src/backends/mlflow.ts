import type { Backend, Batch, Rejection, RemoteRun } from "../model/backend.ts";
import { alertTags } from "./mlflow-alerts.ts";
import { createMlflowApi } from "./mlflow-api.ts";
import { uploadMlflowArtifact } from "./mlflow-artifacts.ts";
import { type Entry, sendInChunks } from "./mlflow-batches.ts";
import { planMetrics, planParams, planTags } from "./mlflow-entries.ts";
import { recallRun, type RunMemory } from "./mlflow-memory.ts";
import { MAX_BODY_BYTES, MAX_METRICS, MAX_PARAMS, MAX_TAGS } from "./mlflow-rules.ts";
import { findOrCreateRun, getRun } from "./mlflow-runs.ts";
import { readMlflowSettings } from "./mlflow-settings.ts";
import { MLFLOW_STATUS, totalsAsParams } from "./mlflow-totals.ts";
import { BackendError } from "../model/backend.ts";

const LIMITS = { metrics: MAX_METRICS, params: MAX_PARAMS, tags: MAX_TAGS } as const;

/**
 * An MLflow tracking server, 2.x or 3.x, over its REST API. docs/backends/mlflow.md says what lands where.
 *
 * Throws a `UserError` when `MLFLOW_TRACKING_URI` or a variable beside it is missing or malformed.
 */
export function createMlflow(environment: NodeJS.ProcessEnv): Backend {
  const settings = readMlflowSettings(environment);
  const api = createMlflowApi(settings);
  const memories = new Map<string, RunMemory>();

  async function memoryOf(run: RemoteRun, signal: AbortSignal): Promise<RunMemory> {
    const remembered = memories.get(keyOf(run));
    if (remembered !== undefined) return remembered;
    const facts = await getRun(api, run.remoteId, signal);
    if (facts === undefined) {
      throw new BackendError(`MLflow at ${api.base} has no run ${run.remoteId}`, { retryable: false });
    }
    const memory = recallRun(facts, run);
    memories.set(keyOf(run), memory);
    return memory;
  }

  function send(run: RemoteRun, kind: keyof typeof LIMITS, entries: readonly Entry[], signal: AbortSignal) {
    const id = JSON.stringify(run.remoteId);
    return sendInChunks(
      entries,
      { entries: LIMITS[kind], bytes: MAX_BODY_BYTES },
      (list) => api.post("/runs/log-batch", `{"run_id":${id},"${kind}":${list}}`, signal),
      // A run that was deleted meanwhile is refused like a bad entry; asking for it tells the two apart.
      () => getRun(api, run.remoteId, signal),
    );
  }

  async function saveMemory(run: RemoteRun, memory: RunMemory, signal: AbortSignal): Promise<void> {
    const unsaved = Object.fromEntries(memory.unsaved);
    await send(run, "tags", planTags(unsaved).entries, signal);
    for (const tag of Object.keys(unsaved)) memory.unsaved.delete(tag);
  }

  async function write(run: RemoteRun, batch: Batch, signal: AbortSignal): Promise<Rejection[]> {
    const memory = await memoryOf(run, signal);
    const params = planParams(batch.params, memory);
    const tags = planTags(batch.tags);
    const metrics = planMetrics(batch, memory);
    await saveMemory(run, memory, signal);
    return [
      ...params.rejected,
      ...tags.rejected,
      ...metrics.rejected,
      ...(await send(run, "params", params.entries, signal)),
      ...(await send(run, "tags", tags.entries, signal)),
      ...(await send(run, "metrics", metrics.entries, signal)),
    ];
  }

  return {
    id: "mlflow",
    target: settings.workspace === undefined ? api.base : `${api.base} (workspace ${settings.workspace})`,
    limits: LIMITS,
    async openRun(run, known, signal) {
      const facts = await findOrCreateRun(api, run, known, signal);
      memories.set(keyOf(facts.remote), recallRun(facts, facts.remote));
      return facts.remote;
    },
    async write(run, batch, signal) {
      return { rejected: await write(run, batch, signal) };
    },
    uploadArtifact: (run, file, signal, onProgress) =>
      uploadMlflowArtifact(api, settings.multipart, run, file, signal, onProgress),
    async endRun(run, end, totals, signal) {
      // A total that an earlier session has set stays as it is: params never change, and the status matters more.
      await write(run, { metrics: [], system: [], params: totalsAsParams(totals), tags: alertTags(totals) }, signal);
      const { lastRun } = await memoryOf(run, signal);
      // Another run of tracelet goes on with this one: how it ends is that one's to say.
      if (lastRun !== undefined && lastRun !== run.detail["run"]) return;
      const update = { run_id: run.remoteId, status: MLFLOW_STATUS[end.status], end_time: Math.trunc(end.ended) };
      await api.post("/runs/update", JSON.stringify(update), signal);
    },
    async check(signal) {
      await api.post("/experiments/search", '{"max_results":1}', signal);
    },
    close: () => api.close(),
  };
}

/** Several runs of ours may write to one of MLflow's. */
function keyOf(run: RemoteRun): string {
  return `${run.remoteId} ${run.detail["run"] ?? ""}`;
}
