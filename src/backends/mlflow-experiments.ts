import { BackendError } from "../model/backend.ts";
import { orAbsent, required } from "./mlflow-answers.ts";
import type { MlflowApi } from "./mlflow-api.ts";
import { MlflowRefusal } from "./mlflow-errors.ts";
import { textAt } from "./mlflow-json.ts";
import { legalText } from "./mlflow-rules.ts";

/** The id of the experiment with this name, which is made where there is none. Throws for one that was deleted. */
export async function findOrCreateExperiment(api: MlflowApi, name: string, signal: AbortSignal): Promise<string> {
  const found = await findExperiment(api, name, signal);
  if (found !== undefined) return found;
  try {
    const answer = await api.post("/experiments/create", JSON.stringify({ name: legalText(name) }), signal);
    return required(api, textAt(answer, "experiment_id"), "an experiment has no id");
  } catch (error) {
    // Another run of the same project was faster.
    if (!(error instanceof MlflowRefusal) || error.code !== "RESOURCE_ALREADY_EXISTS") throw error;
    const now = await findExperiment(api, name, signal);
    if (now === undefined) throw error;
    return now;
  }
}

async function findExperiment(api: MlflowApi, name: string, signal: AbortSignal): Promise<string | undefined> {
  const query = { experiment_name: legalText(name) };
  const answer = await orAbsent(api.get("/experiments/get-by-name", query, signal));
  if (answer === undefined) return undefined;
  const id = required(api, textAt(answer, "experiment", "experiment_id"), "an experiment has no id");
  if (textAt(answer, "experiment", "lifecycle_stage") === "deleted") {
    throw new BackendError(`the experiment "${name}" was deleted in MLflow`, {
      retryable: false,
      hint: `choose another --project, or type: mlflow experiments restore --experiment-id ${id}`,
    });
  }
  return id;
}
