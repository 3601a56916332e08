import { readdir, readFile, readlink, stat, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type JournalLine,
  journalSoFar,
  readOnlyJournal,
  runFolders,
  start,
  startTracelet,
  temporaryFolder,
  tracelet,
  until,
} from "../support/tracelet.ts";
import { openWandbReader, type WandbReader } from "../support/wandb/reader.ts";
import { startWandbServer, type WandbServer } from "../support/wandb/server.ts";
import { wandbSync, wandbVariables } from "../support/wandb/sync.ts";
import { wandbAvailable, wandbPython } from "../support/wandb/venv.ts";
import { lastUpsert, linesOf, pointsInHistory, pointsInJournal, wandbFolders } from "./wandb-scene.ts";

const RUN = ["run", "--backend", "wandb", "--interval", "0.5", "--project", "digits"];

/** Prints a loss per step and an accuracy per epoch, whose steps are others. */
const TRAINING = `
  for (let step = 0; step < 40; step += 1) {
    console.log("step " + step + " loss " + (1 / (step + 1)).toFixed(4));
    if (step % 10 === 9) console.log("epoch " + (step - 9) / 10 + " val_acc 0." + step);
  }
  console.error("größe ✓");
  require("node:fs").mkdirSync("out", { recursive: true });
  require("node:fs").writeFileSync("out/best.txt", "weights");
  require("node:fs").writeFileSync("out/config.yaml", "mine: true");
  console.log("step 40 loss nan");
  setTimeout(() => process.exit(3), 1200);
`;

describe.skipIf(!(await wandbAvailable()))("a run that was written for W&B", { timeout: 120_000 }, () => {
  let python: string;
  let server: WandbServer;
  let reader: WandbReader;

  beforeAll(async () => {
    python = await wandbPython();
    server = await startWandbServer();
    reader = openWandbReader(python);
  });
  afterAll(async () => {
    reader.close();
    await server.close();
  });

  test("is uploaded by the official wandb sync with everything that the journal has", async () => {
    const cwd = await temporaryFolder();
    const flags = ["--param", "lr=3e-4", "--param", "opt=adam", "--tag", "team=vision", "--artifact", "out"];
    const command = [process.execPath, "-e", TRAINING];
    const ended = await tracelet([...RUN, ...flags, "--name", "brisk", "--", ...command], { cwd });
    expect(ended.code).toBe(3);
    const [folder = ""] = await wandbFolders(cwd);
    expect(ended.errors).toContain(`type: wandb sync ${folder}`);
    expect(await readlink(join(cwd, "wandb", "latest-run"))).toBe(basename(folder));

    expect(await wandbSync(python, server, cwd, folder)).toMatchObject({ code: 0 });
    const journal = await readOnlyJournal(cwd);
    const id = String(journal[0]?.["id"]);
    const received = server.received(id);
    expect(received.exitCode).toBe(3);
    expect(pointsInJournal(journal)).toHaveLength(45);
    expect(pointsInHistory(received)).toEqual(pointsInJournal(journal));
    const steps = linesOf(received.stream["wandb-history.jsonl"]).map(({ _step }) => Number(_step));
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));

    const samples = journal.filter(({ type }) => type === "sample");
    const events = linesOf(received.stream["wandb-events.jsonl"]);
    expect(samples.length).toBeGreaterThan(1);
    expect(events.map((event) => event["system.memory_percent"])).toEqual(series(samples, "memory_percent"));
    expect(events.map(({ _timestamp }) => Math.round(Number(_timestamp) * 1000))).toEqual(
      samples.map(({ timestamp }) => timestamp),
    );

    const [summary] = linesOf(received.stream["wandb-summary.json"]?.slice(-1));
    expect(summary).toMatchObject({ loss: "NaN", val_acc: 0.39, _step: 40, tracelet: { critical_alerts: 1 } });
    const { config, ...upsert } = lastUpsert(received);
    expect(upsert).toMatchObject({ project: "digits", displayName: "brisk", tags: ["team:vision"] });
    expect(JSON.parse(String(config))).toMatchObject({
      lr: { value: 0.0003 },
      opt: { value: "adam" },
      tracelet: { value: { run: id, tags: { team: "vision" } } },
    });
    const alerts = received.questions.filter(({ operation }) => operation === "NotifyScriptableRunAlert");
    expect(alerts.map(({ variables }) => variables)).toEqual([expect.objectContaining({ severity: "ERROR" })]);

    // The two streams may be a moment apart.
    const printed = `${ended.stdout.toString()}größe ✓\n`.split("\n").toSorted();
    expect(received.files["output.log"]?.split("\n").toSorted()).toEqual(printed);
    expect(received.stream["output.log"]).toContainEqual(expect.stringMatching(/^ERROR \S+ größe ✓$/));
    expect(received.files).toMatchObject({ "out/best.txt": "weights", "out/config.yaml": "mine: true" });
    expect(JSON.parse(received.files["wandb-metadata.json"] ?? "")).toMatchObject({ executable: process.execPath });
  });

  test("has the same rows, summary, config, output and exit code as the official client's own", async () => {
    const cwd = await temporaryFolder();
    const script = `
import sys
for step in range(20):
    loss = 1 / 2 ** (step + 1)
    print(f"step {step} loss {loss!r}")
    if "official" in sys.argv:
        run.log({"loss": loss}, step=step)
`;
    const official = `
import sys, wandb
run = wandb.init(project="digits", name="brisk", id="official", mode="offline", config={"lr": 0.0003})
${script}
run.finish(exit_code=3)
`;
    const env = wandbVariables(server);
    const theirs = await start(python, ["-c", official, "official"], { cwd, env }).ended;
    expect(theirs.code).toBe(0);
    const flags = ["--param", "lr=3e-4", "--name", "brisk", "--no-track-system"];
    const command = ["python3", "-c", `${script}\nsys.exit(3)`];
    const ours = await tracelet([...RUN, ...flags, "--", ...command], { cwd, env: { WANDB_RUN_ID: "ours" } });
    expect(ours.code).toBe(3);
    for (const folder of await wandbFolders(cwd)) {
      expect(await wandbSync(python, server, cwd, folder)).toMatchObject({ code: 0 });
    }
    const [one, other] = [server.received("official"), server.received("ours")].map((received) => {
      const history = linesOf(received.stream["wandb-history.jsonl"]);
      const summary = linesOf(received.stream["wandb-summary.json"]).at(-1) ?? {};
      const { config, project, displayName } = lastUpsert(received);
      return {
        history: history.map(({ _timestamp, _runtime, ...values }) => values),
        columns: Object.keys(history[0] ?? {}).toSorted(),
        summary: { loss: summary["loss"], _step: summary["_step"] },
        config: JSON.parse(String(config))["lr"],
        names: [project, displayName],
        output: received.stream["output.log"]?.map((line) => line.replace(/^(ERROR )?\S+ /, "")),
        exitCode: received.exitCode,
      };
    });
    expect(other).toEqual(one);
    expect(other?.history).toHaveLength(20);
  });

  test("is there while the command runs, and after all of it was killed, up to the last whole record", async () => {
    const cwd = await temporaryFolder();
    const forever = `let step = 0; setInterval(() => console.log("step " + step + " loss " + 1 / ++step), 2)`;
    const running = startTracelet([...RUN, "--", process.execPath, "-e", forever], { cwd });
    const log = await until("a file with rows", async () => {
      const [folder] = await wandbFolders(cwd);
      const name = folder && (await readdir(folder)).find((file) => file.endsWith(".wandb"));
      if (folder === undefined || !name) return undefined;
      const records = await reader.records(join(folder, name));
      return records.filter(({ history }) => history).length > 100 && join(folder, name);
    });
    const journal = await journalSoFar((await runFolders(cwd))[0]);
    const pids = [running.pid ?? 0, pidOf(journal, "watcher"), pidOf(journal, "launch")];
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await running.ended;

    // As if the machine itself had stopped in the middle of a record.
    await truncate(log, (await stat(log)).size - 5);
    const records = await reader.records(log);
    const rows = records.filter(({ history }) => history).length;
    expect(records.at(-1)).toEqual({ torn: expect.any(Number) });
    await wandbSync(python, server, cwd, dirname(log));
    const id = basename(log, ".wandb").slice("run-".length);
    expect(pointsInHistory(server.received(id))).toHaveLength(rows);
    expect(server.received(id).exitCode).toBe(1);

    // The journal has the rest, and tracelet sync brings it behind what is whole.
    await until("the run's end in the file", async () => {
      // In its first seconds a run counts as running whoever holds its leases.
      expect(await tracelet(["sync"], { cwd })).toMatchObject({ code: 0 });
      return (await reader.records(log)).at(-1)?.exit?.exit_code === 1;
    });
    // To a server that has nothing of it: wandb sync appends to what is there.
    const other = await startWandbServer();
    expect(await wandbSync(python, other, cwd, dirname(log))).toMatchObject({ code: 0 });
    await other.close();
    const all = pointsInJournal(await journalSoFar((await runFolders(cwd))[0]));
    expect(all.length).toBeGreaterThanOrEqual(rows);
    expect(pointsInHistory(other.received(id))).toEqual(all);
  });

  test("is uploaded while the command runs by wandb beta sync --live, and ended with it", async () => {
    const cwd = await temporaryFolder();
    const running = startTracelet([...RUN, "--", process.execPath, "-e", waitingFor("go")], { cwd });
    const folder = await until("a folder", async () => (await wandbFolders(cwd))[0]);
    const live = ["beta", "sync", "--live", "--yes", folder];
    const syncing = start(join(dirname(python), "wandb"), live, { cwd, env: wandbVariables(server) });
    const id = basename((await runFolders(cwd))[0] ?? "");
    // It sends what it has four times a minute.
    await until("rows at the server", () => pointsInHistory(server.received(id)).length === 1, 60);
    expect(server.received(id).exitCode).toBeUndefined();
    await writeFile(join(cwd, "go"), "");
    expect((await running.ended).code).toBe(5);
    expect((await syncing.ended).code).toBe(0);
    expect(pointsInHistory(server.received(id))).toEqual(pointsInJournal(await readOnlyJournal(cwd)));
    expect(server.received(id).exitCode).toBe(5);
  });

  test("goes on behind the run that it resumes", async () => {
    const cwd = await temporaryFolder();
    const part = (from: number) =>
      `for (let s = ${from}; s < ${from} + 5; s += 1) console.log("step " + s + " loss 0." + s)`;
    const ids: string[] = [];
    for (const [flags, from] of [[[], 0] as const, [["--resume", "latest"], 5] as const]) {
      await tracelet([...RUN, ...flags, "--", process.execPath, "-e", part(from)], { cwd });
      // Both may have begun in one second, so the newer need not be the last.
      ids.push(...(await runFolders(cwd)).map((folder) => basename(folder)).filter((id) => !ids.includes(id)));
    }
    expect(await wandbSync(python, server, cwd, ...(await wandbFolders(cwd)))).toMatchObject({ code: 0 });
    const rows = linesOf(server.received(ids[0] ?? "").stream["wandb-history.jsonl"]);
    expect(rows.map(({ _step, loss }) => [_step, loss])).toEqual(
      Array.from({ length: 10 }, (_, step) => [step, Number(`0.${step}`)]),
    );
    expect(server.received(ids[1] ?? "").questions).toEqual([]);
  });

  test("is uploaded at once with --wandb-sync, by the wandb on the PATH", async () => {
    const cwd = await temporaryFolder();
    const env = { ...wandbVariables(server), PATH: `${dirname(python)}:${process.env["PATH"] ?? ""}` };
    const command = [process.execPath, "-e", 'console.log("step 1 loss 0.5"); process.exitCode = 4'];
    const { code, errors } = await tracelet([...RUN, "--wandb-sync", "--", ...command], { cwd, env });
    expect(code).toBe(4);
    const id = basename((await runFolders(cwd))[0] ?? "");
    expect(errors).toContain(`tracelet: uploaded by wandb sync to ${server.url}/team/digits/runs/${id}`);
    expect(server.received(id).exitCode).toBe(4);
  });
});

describe("what is written for W&B", () => {
  const command = ["--", process.execPath, "-e", 'console.log("step 1 loss 0.5")'];

  test("waits for tracelet sync with --upload never", async () => {
    const cwd = await temporaryFolder();
    await tracelet([...RUN, "--upload", "never", ...command], { cwd });
    expect(await wandbFolders(cwd)).toEqual([]);
    expect(await tracelet(["sync"], { cwd })).toMatchObject({ code: 0 });
    const [folder = ""] = await wandbFolders(cwd);
    expect(await readdir(folder)).toHaveLength(3);
    const shown = await tracelet(["show", "latest"], { cwd });
    expect(shown.stdout.toString()).toContain(`${folder}; type: wandb sync ${folder}`);
  });

  test("a wandb that is missing, fails or hangs is one line, and not the command's trouble", async () => {
    const cwd = await temporaryFolder();
    const flags = [...RUN, "--wandb-sync", "--upload-timeout", "10", ...command];
    const missing = await tracelet(flags, { cwd, env: { PATH: "/nowhere" } });
    expect(missing.code).toBe(0);
    expect(missing.errors).toContain(
      "not uploaded by wandb sync: there is no wandb command here; to try again, type: wandb sync /",
    );
    const bodies = { "no login here": "echo no login here >&2; exit 1", "it said nothing for 10 s": "sleep 600" };
    for (const [says, body] of Object.entries(bodies)) {
      const bin = await temporaryFolder();
      await writeFile(join(bin, "wandb"), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      const { code, errors } = await tracelet(flags, { cwd, env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` } });
      expect(code).toBe(0);
      expect(errors).toContain(`not uploaded by wandb sync: ${says}; to try again`);
    }
  });

  test("nothing is written where WANDB_MODE is disabled, or where the folder cannot be", async () => {
    const cwd = await temporaryFolder();
    expect(await tracelet([...RUN, ...command], { cwd, env: { WANDB_MODE: "disabled" } })).toMatchObject({ code: 0 });
    expect(await wandbFolders(cwd)).toEqual([]);
    await writeFile(join(cwd, "file"), "");
    const { code, errors } = await tracelet([...RUN, ...command], { cwd, env: { WANDB_DIR: "file" } });
    expect(code).toBe(0);
    expect(errors).toMatch(/not uploaded to wandb: \S+ cannot be written: ENOTDIR \(see to its disk .* WANDB_DIR/);
    expect(await readFile(join(cwd, "file"), "utf8")).toBe("");
  });
});

/** Prints a loss, waits for a file, prints another. */
function waitingFor(file: string): string {
  return `
    console.log("step 1 loss 0.5");
    setInterval(() => {
      if (!require("node:fs").existsSync("${file}")) return;
      console.log("step 2 loss 0.25");
      process.exit(5);
    }, 20);
  `;
}

function series(samples: readonly JournalLine[], key: string): unknown[] {
  return samples.map(({ metrics }) => (metrics as Record<string, number>)[key]);
}

function pidOf(journal: readonly JournalLine[], type: string): number {
  return Number(journal.findLast((record) => record.type === type)?.["pid"]);
}
