import { appendFile, readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { keepingMlflow } from "../e2e/keeping-mlflow.ts";
import { runFolders, temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";

/** How many: a few in `npm test`, a hundred in `npm run soak`. */
const RUNS = Number(process.env["SOAK_RUNS"] ?? 5);
const SYNCS = 3;
const STEPS = 5;

test(
  `${RUNS} tracelets at once in one store do not hurt each other, nor do several syncs of all`,
  async () => {
    const cwd = await temporaryFolder();
    const mlflow = await keepingMlflow();
    const env = { MLFLOW_TRACKING_URI: mlflow.url };
    const numbers = Array.from({ length: RUNS }, (_, number) => number);
    const ended = await Promise.all(
      numbers.map(async (number) => {
        const flags = ["--quiet", "--interval", "1", "--no-track-gpu", "--backend", "mlflow", "--upload", "never"];
        const script = `for step in $(seq ${STEPS}); do echo step $step loss=${number}; sleep 0.2; done; exit ${number % 3}`;
        return tracelet(["run", ...flags, "--name", `run-${number}`, "--", "sh", "-c", script], { cwd, env });
      }),
    );
    expect(ended.map(({ code, errors }) => [code, errors])).toEqual(numbers.map((number) => [number % 3, ""]));

    const rows = JSON.parse(textOf(await tracelet(["runs", "--json"], { cwd }))) as Record<string, unknown>[];
    expect(rows.toSorted(byName)).toMatchObject(
      numbers
        .map((number) => ({
          name: `run-${number}`,
          status: number % 3 === 0 ? "finished" : "failed",
          exit_code: number % 3,
        }))
        .toSorted(byName),
    );

    const synced = await Promise.all(Array.from({ length: SYNCS }, () => tracelet(["sync"], { cwd, env })));
    expect(synced.map(({ code, errors }) => [code, errors])).toEqual(Array.from({ length: SYNCS }, () => [0, ""]));
    const kept = [...mlflow.runs.values()].map(({ name, status, ends, points }) => ({
      name,
      status,
      ends,
      loss: points.filter(({ key }) => key === "loss").map(({ step, value }) => [step, value]),
    }));
    const wanted = numbers.map((number) => ({
      name: `run-${number}`,
      status: number % 3 === 0 ? "FINISHED" : "FAILED",
      ends: 1,
      loss: Array.from({ length: STEPS }, (_, step) => [step + 1, number]),
    }));
    expect(kept.toSorted(byName)).toEqual(wanted.toSorted(byName));

    const files = (await Promise.all((await runFolders(cwd)).map((folder) => readdir(folder)))).flat();
    expect(files.filter((name) => /lease|reserve|tmp/.test(name))).toEqual([]);
    const results = process.env["SOAK_RESULTS"];
    if (results !== undefined) await appendFile(results, `${JSON.stringify({ atOnce: RUNS, syncs: SYNCS })}\n`);
  },
  60_000 + RUNS * 5000,
);

function byName(one: { name?: unknown }, other: { name?: unknown }): number {
  return String(one.name) < String(other.name) ? -1 : 1;
}
