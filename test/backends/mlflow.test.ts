import { afterAll, beforeAll, describe } from "vitest";

import { createMlflow } from "../../src/backends/mlflow.ts";
import { testBackend } from "../conformance/backend.ts";
import { type MlflowReader, openReader } from "../support/mlflow/read-run.ts";
import { launchMlflow, type RunningMlflow, stopMlflow } from "../support/mlflow/server.ts";
import { mlflowAvailable, sharedMlflow } from "../support/mlflow/shared.ts";

/** The Python of an environment with test/support/mlflow/requirements-2.txt: another gigabyte, for those who ask for it. */
const OLDER = process.env["TEST_MLFLOW_2_PYTHON"];

describe.skipIf(!(await mlflowAvailable()))("with a real MLflow server", () => {
  testWith(sharedMlflow);
});

describe.skipIf(OLDER === undefined)("with a real MLflow server of version 2", () => {
  let running: RunningMlflow | undefined;
  testWith(async () => (running = await launchMlflow(process.pid, { python: OLDER ?? "" })));
  afterAll(() => running && stopMlflow(running));
});

function testWith(open: () => Promise<{ readonly url: string; readonly python: string }>): void {
  let url: string;
  let reader: MlflowReader;

  beforeAll(async () => {
    const server = await open();
    url = server.url;
    reader = openReader(server);
  }, 180_000);
  afterAll(() => reader.close());

  testBackend({
    id: "mlflow",
    create: async () => createMlflow({ MLFLOW_TRACKING_URI: url }),
    async see({ remoteId }) {
      const { info, params, tags, metrics, artifacts } = await reader.run(remoteId);
      const points = Object.entries(metrics).map(([key, series]) => [
        key,
        series.map(({ value, step, timestamp }) => ({ value, step, timestamp })),
      ]);
      return { status: info.status, params, tags, metrics: Object.fromEntries(points), artifacts };
    },
  });
}
