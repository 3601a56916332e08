import type { Backend } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import { type BackendId, backendIds } from "./ids.ts";
import { createMlflow } from "./mlflow.ts";
import { createNull } from "./null.ts";
import { createWandb } from "./wandb.ts";
import { createTensorboard, type TensorboardOptions } from "./tensorboard.ts";

/** One file each in this folder, one page each in docs/backends. */
const BACKENDS = {
  mlflow: createMlflow,
  wandb: createWandb,
  null: createNull,
  tensorboard: createTensorboard,
} satisfies Record<BackendId, (environment: NodeJS.ProcessEnv, settings: TensorboardOptions) => Backend>;

/** Opens no connection. Throws a `UserError` for an unknown id, or when the backend's variables are missing or malformed. */
export function createBackend(id: string, environment: NodeJS.ProcessEnv, settings: TensorboardOptions = {}): Backend {
  const known = backendIds.find((backendId) => backendId === id);
  if (known !== undefined) return BACKENDS[known](environment, settings);
  throw new UserError(`"${id}" is no backend: use ${backendIds.map((name) => `--backend ${name}`).join(" or ")}`);
}
