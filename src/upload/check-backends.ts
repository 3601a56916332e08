import type { Backend } from "../model/backend.ts";
import { BackendError } from "../model/backend.ts";
import type { BackendCheck } from "../model/checkup.ts";
import { UserError } from "../model/error.ts";

export interface CheckBackendsOptions {
  /** All that there are. */
  readonly ids: readonly string[];
  /** Those that the settings name. */
  readonly wanted: readonly string[];
  readonly createBackend: (id: string) => Backend;
  readonly signal: AbortSignal;
}

/** Tries every backend: whether it has what it needs, and whether its server answers and lets us in. */
export async function checkBackends({
  ids,
  wanted,
  createBackend,
  signal,
}: CheckBackendsOptions): Promise<BackendCheck[]> {
  return Promise.all(
    ids.map(async (id): Promise<BackendCheck> => {
      const facts = { backend: id, wanted: wanted.includes(id) };
      let backend: Backend;
      try {
        backend = createBackend(id);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { ...facts, state: facts.wanted ? "failed" : "unset", reason: error.message };
      }
      try {
        await backend.check?.(signal);
        return { ...facts, state: "works" };
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        const hint = error.hint === undefined ? {} : { hint: error.hint };
        return { ...facts, state: "failed", reason: error.message, ...hint };
      } finally {
        backend.close();
      }
    }),
  );
}
