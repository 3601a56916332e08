import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Mlflow, useMlflow } from "../e2e/scene.ts";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import { runFolders, temporaryFolder, tracelet } from "../support/tracelet.ts";
import { journalOf, killOnce, stepsIn, type Victim } from "./one-kill.ts";

/** Kills of each kind: a few in `npm test`, 200 in `npm run soak`. */
const KILLS = Number(process.env["SOAK_KILLS"] ?? 3);
const AT_ONCE = 3;
const VICTIMS = ["watcher", "wrapper", "both"] as const satisfies readonly Victim[];

describe.runIf(KILLS > 0 && (await mlflowAvailable()))(
  "runs of numbered lines, each with a kill at some moment,",
  () => {
    const mlflow = useMlflow();

    test.each(VICTIMS)(
      "of %s: no command is hurt, nothing journaled is lost, and MLflow has every point once",
      async (victim) => {
        const root = await temporaryFolder();
        const project = `soak ${crypto.randomUUID()}`;
        const faults = await pooled(KILLS, async (number) => {
          const cwd = join(root, String(number));
          const flags = ["--backend", "mlflow", "--upload", "never", "--project", project];
          const moment = (number + Math.random()) / KILLS;
          const { hurt, lost } = await killOnce({
            victim,
            cwd,
            env: { MLFLOW_TRACKING_URI: mlflow.url },
            flags,
            moment,
          });
          const named = (fault: string) => `kill ${number} at ${moment.toFixed(3)}: ${fault}`;
          return {
            hurt: hurt.map(named),
            lost: lost.map(named),
            uploaded: (await faultsOfSync(mlflow, cwd)).map(named),
          };
        });
        const found = {
          hurt: faults.flatMap(({ hurt }) => hurt),
          lost: faults.flatMap(({ lost }) => lost),
          uploaded: faults.flatMap(({ uploaded }) => uploaded),
        };
        await report(victim, found);
        expect(found).toEqual({ hurt: [], lost: [], uploaded: [] });
      },
      120_000 + KILLS * 15_000,
    );
  },
);

/** What a sync, and a second one, leave to be desired on the real server. */
async function faultsOfSync(mlflow: Mlflow, cwd: string): Promise<string[]> {
  const env = { MLFLOW_TRACKING_URI: mlflow.url };
  const [folder = ""] = await runFolders(cwd);
  const state = () => readFile(join(folder, "upload-mlflow.json"), "utf8");
  const first = await tracelet(["sync"], { cwd, env });
  const before = await state();
  const second = await tracelet(["sync"], { cwd, env });
  const { remote } = JSON.parse(before) as { remote: { remoteId: string } };
  const { metrics, info } = await mlflow.reader.run(remote.remoteId);
  const points = (metrics["loss"] ?? []).map(({ step }) => step);
  const wanted = stepsIn(await journalOf(cwd));
  return [
    ...(first.code === 0 ? [] : [`sync ended with ${first.code}: ${first.errors}`]),
    ...(second.code === 0 && (await state()) === before ? [] : ["a second sync changed something"]),
    ...(info.status === "FAILED" ? [] : [`the run is ${info.status}`]),
    ...(points.join() === wanted.join() ? [] : [`${points.length} points of ${wanted.length}: ${points.join(" ")}`]),
  ];
}

/** Does something so many times, a few at once. */
async function pooled<Value>(times: number, act: (number: number) => Promise<Value>): Promise<Value[]> {
  const values: Value[] = [];
  let next = 0;
  const work = async () => {
    for (let number = next++; number < times; number = next++) values[number] = await act(number);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return values;
}

/** A line for whoever collects the figures of a soak. */
async function report(victim: Victim, found: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const file = process.env["SOAK_RESULTS"];
  if (file === undefined) return;
  const counts = Object.fromEntries(Object.entries(found).map(([what, faults]) => [what, faults.length]));
  await appendFile(file, `${JSON.stringify({ victim, kills: KILLS, ...counts })}\n`);
}
