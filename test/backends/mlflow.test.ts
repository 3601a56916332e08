import { describe } from "vitest";

import { createMlflow } from "../../src/backends/mlflow.ts";
import { testBackend } from "../conformance/backend.ts";
import { readRun } from "../support/mlflow/read-run.ts";
import { mlflowAvailable, sharedMlflow } from "../support/mlflow/shared.ts";

describe.skipIf(!(await mlflowAvailable()))("with a real MLflow server", () => {
  testBackend({
    id: "mlflow",
    create: async () => createMlflow({ MLFLOW_TRACKING_URI: (await sharedMlflow()).url }),
    async see({ remoteId }) {
      const { info, params, tags, metrics, artifacts } = await readRun(await sharedMlflow(), remoteId);
      const points = Object.entries(metrics).map(([key, series]) => [
        key,
        series.map(({ value, step, timestamp }) => ({ value, step, timestamp })),
      ]);
      return { status: info.status, params, tags, metrics: Object.fromEntries(points), artifacts };
    },
  });
});
