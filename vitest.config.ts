import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/mlflow/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // The end-to-end tests start several processes each; more than this only makes them wait for one another.
    maxWorkers: 2,
    // A shared machine may hold a process up for seconds: there a test that failed has one more try, and the report says so.
    retry: process.env["CI"] === "true" ? 1 : 0,
  },
});
