import type { MlflowApi } from "./mlflow-api.ts";
import { MlflowRefusal, noMlflow } from "./mlflow-errors.ts";

/** An answer, or `undefined` where MLflow says that there is no such thing. */
export async function orAbsent(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof MlflowRefusal && error.code === "RESOURCE_DOES_NOT_EXIST") return undefined;
    throw error;
  }
}

/** What every MLflow server sends; where it is missing, something else answers. */
export function required(api: MlflowApi, value: string | undefined, otherwise: string): string {
  if (value !== undefined) return value;
  throw noMlflow(api.base, otherwise);
}
