import { afterEach } from "vitest";

import { createMlflow } from "../../src/backends/mlflow.ts";
import { type Backend, BackendError, type RemoteRun } from "../../src/model/backend.ts";
import { type Listener, startFake } from "./fake-server.ts";

export const NEVER = new AbortController().signal;

/** A run that these servers pretend to have. */
export const REMOTE: RemoteRun = {
  remoteId: "r1",
  detail: { experiment_id: "1", artifact_uri: "mlflow-artifacts:/1/r1/artifacts" },
};

export type Act<T> = (backend: Backend) => Promise<T>;

/** Does something with a backend of its own. */
export async function withBackend<T>(url: string, act: Act<T>, environment: NodeJS.ProcessEnv = {}): Promise<T> {
  const backend = createMlflow({ MLFLOW_TRACKING_URI: url, ...environment });
  try {
    return await act(backend);
  } finally {
    backend.close();
  }
}

/** The `BackendError` that it must end in. */
export async function failureOf(
  act: Act<unknown>,
  url: string,
  environment?: NodeJS.ProcessEnv,
): Promise<BackendError> {
  try {
    await withBackend(url, act, environment);
  } catch (error) {
    if (error instanceof BackendError) return error;
    throw error;
  }
  throw new Error("it should have failed");
}

/** Starts servers that end with the test. */
export function fakeServers(): (listener: Listener) => Promise<string> {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });
  return async (listener) => {
    const server = await startFake(listener);
    open.push(server);
    return server.url;
  };
}
