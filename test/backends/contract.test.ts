import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { backendIds, isLocalBackend } from "../../src/backends/ids.ts";
import { createBackend } from "../../src/backends/index.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe.each(backendIds)("the backend %s", (id) => {
  test("is one file that the registry names", () => {
    expect(readdirSync(join(root, "src/backends"))).toContain(`${id}.ts`);
    expect(read("src/backends/index.ts")).toMatch(new RegExp(`^ {2}${id}: `, "m"));
  });

  test("runs the suite that every backend runs", () => {
    const own = read(`test/backends/${id}.test.ts`);
    expect(own).toContain("testBackend({");
    expect(own).toContain(`id: "${id}"`);
  });

  test("says itself whether it is local, as the list of its id does", () => {
    const backend = createBackend(id, { MLFLOW_TRACKING_URI: "http://127.0.0.1:5000" });
    expect(backend.isLocal ?? false).toBe(isLocalBackend(id));
    backend.close();
  });

  test("has a page, which the list of backends names", () => {
    expect(read(`docs/backends/${id}.md`)).toMatch(/^# \w+\n/);
    expect(read("docs/backends.md")).toContain(`[\`${id}\`](backends/${id}.md)`);
  });
});
