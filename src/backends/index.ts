import type { Backend } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import { type BackendId, backendIds } from "./ids.ts";
import { createMlflow } from "./mlflow.ts";
import { createNull } from "./null.ts";
import { createWandb } from "./wandb.ts";

/** One file each in this folder, one page each in docs/backends. */
const BACKENDS = {
  mlflow: createMlflow,
  wandb: createWandb,
  null: createNull,
} satisfies Record<BackendId, (environment: NodeJS.ProcessEnv) => Backend>;

/** Opens no connection. Throws a `UserError` for an unknown id, or when the backend's variables are missing or malformed. */
export function createBackend(id: string, environment: NodeJS.ProcessEnv): Backend {
  const known = backendIds.find((backendId) => backendId === id);
  if (known !== undefined) return BACKENDS[known](environment);
  throw new UserError(`"${id}" is no backend: use ${backendIds.map((name) => `--backend ${name}`).join(" or ")}`);
}
