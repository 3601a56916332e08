import type { RunHeader } from "../model/run.ts";
import type { MlflowApi } from "./mlflow-api.ts";
import type { RunFacts } from "./mlflow-runs.ts";

/** The newest run of tracelet that writes to this one: it alone says how the run has ended. Ids sort by time. */
export const LAST_RUN_TAG = "tracelet.last_run";
/** Which step the first sample of a run has here that was joined; the run's id follows. */
const FIRST_SAMPLE_TAG = "tracelet.first_sample.";

/** What is remembered of a run that others write to as well, in its `detail`. */
export interface SharedDetail {
  /** tracelet's id of the run that writes. */
  readonly run: string;
  /** What is added to the index of its samples. */
  readonly first_sample: string;
  /** When the run began that has joined another; what is older is not its own. */
  readonly joined?: string;
}

/**
 * Goes on with a run that is there already. The first time it is told who writes now and that it is running again, and
 * where the samples of a run that was joined continue: behind the last one from before our start. A run that resumes one
 * of ours counts on by itself.
 */
export async function joinRun(api: MlflowApi, run: RunHeader, facts: RunFacts, signal: AbortSignal): Promise<RunFacts> {
  const firstTag = FIRST_SAMPLE_TAG + (run.resumes?.first ?? run.id);
  const before = facts.tags.get(firstTag);
  const first = before ?? String(run.joins?.["mlflow"] === undefined ? 0 : stepBehind(facts, run.started));
  const news: Record<string, string> = {
    ...(before === undefined ? { [firstTag]: first } : {}),
    ...(run.id > (facts.tags.get(LAST_RUN_TAG) ?? "") ? { [LAST_RUN_TAG]: run.id } : {}),
  };
  if (Object.keys(news).length > 0) {
    const tags = Object.entries(news).map(([key, value]) => ({ key, value }));
    await api.post("/runs/log-batch", JSON.stringify({ run_id: facts.remote.remoteId, tags }), signal);
  }
  if (LAST_RUN_TAG in news) {
    await api.post("/runs/update", JSON.stringify({ run_id: facts.remote.remoteId, status: "RUNNING" }), signal);
  }
  const joined = run.joins?.["mlflow"] === undefined ? {} : { joined: String(run.started) };
  const detail = { run: run.id, first_sample: first, ...joined } satisfies SharedDetail;
  return {
    ...facts,
    remote: { ...facts.remote, shared: true, detail: { ...facts.remote.detail, ...detail } },
    tags: new Map([...facts.tags, ...Object.entries(news)]),
  };
}

/** The step behind the last sample of somebody else's that was there when we began. */
function stepBehind({ metrics }: RunFacts, started: number): number {
  const steps = metrics
    .filter(({ key, timestamp }) => key.startsWith("system/") && timestamp < started)
    .map(({ step }) => step + 1);
  return Math.max(0, ...steps);
}
