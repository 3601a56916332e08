import { expect, test } from "vitest";
import { followingBackends } from "../../src/watch/following-backends.ts";

const backend = ["mlflow", "files", "null"];
const isLocal = (id: string) => id === "files";

test("files of this machine are written as the run goes, whatever else waits for its end", () => {
  expect(followingBackends({ backend, upload: "exit" }, isLocal)).toEqual(["files"]);
});

test("every backend follows the run with --upload live", () => {
  expect(followingBackends({ backend, upload: "live" }, isLocal)).toEqual(backend);
});

test("nothing is written before tracelet sync with --upload never", () => {
  expect(followingBackends({ backend, upload: "never" }, isLocal)).toEqual([]);
});
