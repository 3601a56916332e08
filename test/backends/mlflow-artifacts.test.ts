import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { proxiedAddress } from "../../src/backends/mlflow-artifacts.ts";
import { localFolder } from "../../src/backends/mlflow-local-store.ts";
import { createMlflow } from "../../src/backends/mlflow.ts";

const NEVER = new AbortController().signal;

describe("where artifacts go", () => {
  it.each([
    [
      "http://h:5000",
      "mlflow-artifacts:/1/r/artifacts",
      "http://h:5000/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts",
    ],
    ["https://h/pre", "mlflow-artifacts:/1/r", "https://h/pre/api/2.0/mlflow-artifacts/artifacts/1/r"],
    ["http://h:5000", "mlflow-artifacts://other:81/1/r", "http://other:81/api/2.0/mlflow-artifacts/artifacts/1/r"],
    ["http://h:5000", "https://store/a/b", "https://store/a/b"],
    ["http://h:5000", "s3://bucket/a", undefined],
    ["http://h:5000", "/var/mlruns/1/r/artifacts", undefined],
    ["http://h:5000", "", undefined],
  ])("%s with the store %s takes files at %s", (base, store, address) => {
    expect(proxiedAddress(base, store)?.href).toBe(address);
  });

  it.each([
    ["/var/mlruns/1/r/artifacts", "/var/mlruns/1/r/artifacts"],
    ["file:///var/ml%20runs/1", "/var/ml runs/1"],
    ["file://host/var", undefined],
    ["./mlruns", undefined],
    ["gs://b/c", undefined],
  ])("the store %s is the folder %s", (store, folder) => {
    expect(localFolder(store)).toBe(folder);
  });
});

describe("a store that is a folder of this host", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), "tracelet-store-"));
    await mkdir(path.join(root, "mlruns"));
    await writeFile(path.join(root, "output.log"), "text");
  });
  afterAll(() => rm(root, { recursive: true }));

  it("takes a copy", async () => {
    const backend = createMlflow({ MLFLOW_TRACKING_URI: "http://127.0.0.1:9" });
    const folder = path.join(root, "mlruns", "1", "r", "artifacts");
    const remote = { remoteId: "r", detail: { artifact_uri: pathToFileURL(folder).href } };
    await backend.uploadArtifact(remote, { path: path.join(root, "output.log"), name: "logs/output.log" }, NEVER);
    expect(await readFile(path.join(folder, "logs", "output.log"), "utf8")).toBe("text");
    const outside = { path: path.join(root, "output.log"), name: "../x" };
    await expect(backend.uploadArtifact(remote, outside, NEVER)).rejects.toMatchObject({ retryable: false });
    backend.close();
  });
});
