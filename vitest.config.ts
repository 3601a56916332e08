import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/mlflow/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // The end-to-end tests start several processes each; more than this only makes them wait for one another.
    maxWorkers: 2,
  },
});
