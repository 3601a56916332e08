import { afterAll, beforeAll, describe } from "vitest";

import { createMlflow } from "../../src/backends/mlflow.ts";
import { testBackend } from "../conformance/backend.ts";
import { type MlflowReader, openReader } from "../support/mlflow/read-run.ts";
import { mlflowAvailable, sharedMlflow } from "../support/mlflow/shared.ts";

describe.skipIf(!(await mlflowAvailable()))("with a real MLflow server", () => {
  let url: string;
  let reader: MlflowReader;

  beforeAll(async () => {
    const server = await sharedMlflow();
    url = server.url;
    reader = openReader(server);
  });
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
});
