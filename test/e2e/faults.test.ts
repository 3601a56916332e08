import { describe, expect, test } from "vitest";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import type { Ended } from "../support/tracelet.ts";
import { count, counted, type Scene, FEW_SERIES, openScene, valuesIn, valuesInJournal, useMlflow } from "./scene.ts";
import { dyingProxy, failing, hanging, losingArtifacts, refusing } from "./servers.ts";

const POINTS = 40;

/** What every backend costs a user at most after the child's end, in milliseconds. */
const MOST_MS = 35_000;

describe.skipIf(!(await mlflowAvailable())).concurrent("a backend that is out of order", { timeout: 180_000 }, () => {
  const mlflow = useMlflow();

  test.for([
    // The default of 30 s first: it takes the longest, and the others run meanwhile.
    { what: "that never answers, with the default patience", open: hanging, flags: [], says: /no answer in time/ },
    { what: "that refuses connections", open: refusing, flags: ["3"], says: /connection refused/ },
    { what: "that answers 500", open: failing, flags: ["3"], says: /answered 500: out of order/ },
    { what: "that never answers", open: hanging, flags: ["3"], says: /no answer in time/ },
    { what: "that never answers a live upload", open: hanging, flags: ["3", "live"], says: /no answer in time/ },
  ])("$what costs one message; tracelet sync brings everything over, once", async (fault, context) => {
    const scene = await openScene(context);
    const broken = scene.own(await fault.open());
    const [patience, mode] = fault.flags;
    const flags = [
      ...FEW_SERIES,
      ...(patience === undefined ? [] : ["--upload-timeout", patience]),
      ...(mode === undefined ? [] : ["--upload", mode]),
    ];
    const ended = await scene.run(broken.url, flags, count(POINTS, 7));
    const exited = Date.now();

    expect(ended).toMatchObject({ code: 7, signal: null });
    const journal = await scene.journal();
    expect(valuesInJournal(journal)).toEqual(counted(POINTS));
    const { ended: childEnded } = journal.at(-1) as { ended?: number };
    const bound = patience === undefined ? MOST_MS : Number(patience) * 1000 + 10_000;
    expect(exited - (childEnded ?? 0)).toBeLessThan(bound);
    const id = journal[0]?.["id"] as string;
    expectOneMessage(ended, id, fault.says);

    const early = await scene.sync(broken.url, "--upload-timeout", "1");
    expect(early.code).toBe(1);
    expect(early.stdout.toString()).toMatch(fault.says);
    expect(early.stdout.toString()).toContain(`tracelet sync ${id}`);

    await syncTwice(scene);
    expect((await mlflow.reader.experiment(scene.project))[0]?.info.status).toBe("FAILED");
  });

  test("dies in the middle of 5,000 points: sync sends the rest, every point once", async (context) => {
    const scene = await openScene(context);
    const proxy = scene.own(await dyingProxy(mlflow.url, "/runs/log-batch", 4));
    const ended = await scene.run(proxy.url, [...FEW_SERIES, "--upload-timeout", "2"], count(5000));
    expect(ended.code).toBe(0);
    expect(ended.errors).toMatch(/not uploaded to mlflow: cannot reach .*; to try again, type: tracelet sync /);
    const before = await scene.upload();
    expect(before.state).toBe("pending");
    expect(before.uploaded).toBeGreaterThan(0);
    expect(before.uploaded).toBeLessThan(5000);
    await syncTwice(scene, 5000);
  });

  test("that takes the points and loses the artifact is given up too; sync sends the artifact", async (context) => {
    const scene = await openScene(context);
    const proxy = scene.own(await losingArtifacts(mlflow.url));
    const ended = await scene.run(proxy.url, [...FEW_SERIES, "--upload-timeout", "2"], count(POINTS));
    expect(ended.code).toBe(0);
    expect(ended.errors).toMatch(/not uploaded to mlflow: .* answered 500: no space left/);
    expect(ended.milliseconds).toBeLessThan(20_000);
    await syncTwice(scene);
    const [read] = await mlflow.reader.experiment(scene.project);
    expect(read?.info.status).toBe("FINISHED");
    expect(read?.artifacts.map(({ path, text }) => [path, text])).toEqual([
      ["analysis/resource_usage.png", expect.any(String)],
      ["output.log", ended.stdout.toString()],
      ["report.html", expect.any(String)],
    ]);
  });

  /** Brings the rest to the real server, and shows that doing it again changes nothing there nor here. */
  async function syncTwice(scene: Scene, points = POINTS): Promise<void> {
    const first = await scene.sync(mlflow.url);
    expect(first).toMatchObject({ code: 0, errors: "" });
    const [read, another] = await mlflow.reader.experiment(scene.project);
    expect(another).toBeUndefined();
    expect(valuesIn(read)).toEqual(counted(points));
    const kept = await scene.uploadText();
    const second = await scene.sync(mlflow.url);
    expect(second).toMatchObject({ code: 0, errors: "" });
    expect(second.stdout.toString()).toContain("nothing new");
    expect(await scene.uploadText()).toBe(kept);
    expect(await mlflow.reader.experiment(scene.project)).toEqual([read]);
  }
});

function expectOneMessage({ errors }: Ended, id: string, says: RegExp): void {
  const messages = errors.split("\n").filter((line) => line.startsWith("tracelet: not uploaded"));
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatch(/^tracelet: not uploaded to mlflow: /);
  expect(messages[0]).toMatch(says);
  expect(messages[0]).toMatch(new RegExp(`; to try again, type: tracelet sync ${id}$`));
  expect(errors).not.toContain("internal error");
}
