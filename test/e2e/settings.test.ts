import { mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { settingNames, variableOf } from "../../src/settings/table.ts";
import { readJournalLines, readOnlyJournal, temporaryFolder, tracelet } from "../support/tracelet.ts";
import { SYSTEM_KEYS } from "./keys.ts";
import { type Case, CASES, type Place, PLACES, type Seen } from "./settings-cases.ts";

/** Shows what the settings that are about the command have done to it. The lowest bit of SigIgn is HUP. */
const SCRIPT = `
  echo "unbuffered is $PYTHONUNBUFFERED"
  test -t 1 && echo "stdout is a terminal"
  grep -q 'SigIgn:.*[13579bdf]$' /proc/$$/status && echo hang-up is ignored
  echo loss=9 acc=1 bleu=2 psnr=3 wer=4`;

describe("all settings given at once, in one place after the other:", () => {
  const seen = new Map<Place, Seen>();

  beforeAll(async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "tracelet-settings-")));
    // A place is left out when the one before it has been looked at.
    for (const [index, place] of PLACES.entries()) seen.set(place, await runWith(folder, PLACES.slice(index)));
    return () => rm(folder, { recursive: true });
  });

  describe.each(settingNames())("%s", (name) => {
    const { look, shows } = CASES[name];
    test.each(PLACES)("comes from its %s before all that is weaker", (place) => {
      const run = seen.get(place);
      if (run === undefined) throw new Error("no run was made");
      expect(look(run)).toEqual(shows[PLACES.indexOf(place)]);
    });
  });
});

describe("what is switched off is not read:", () => {
  const PARTS = [
    ["--no-track-system", [...SYSTEM_KEYS.cpu, ...SYSTEM_KEYS.memory, ...SYSTEM_KEYS.processes], SYSTEM_KEYS.disk],
    ["--no-track-disk", SYSTEM_KEYS.disk, SYSTEM_KEYS.network],
    ["--no-track-network", SYSTEM_KEYS.network, SYSTEM_KEYS.cpu],
    ["--no-track-gpu", ["gpu_count"], SYSTEM_KEYS.memory],
  ] as const;

  test.each(PARTS)("%s", async (flag, gone, stays) => {
    const cwd = await temporaryFolder();
    await tracelet(["run", flag, "--", "true"], { cwd });
    const journal = await readOnlyJournal(cwd);
    const keys = journal.flatMap((record) =>
      record.type === "sample" ? Object.keys(record["metrics"] as object) : [],
    );
    expect(keys).toEqual(expect.arrayContaining([...stays, ...SYSTEM_KEYS.own]));
    expect(keys.filter((key) => gone.some((one) => one === key))).toEqual([]);
    const missed = journal.flatMap((record) => (record.type === "unavailable" ? (record["metrics"] as string[]) : []));
    expect(missed.filter((key) => gone.some((one) => one === key))).toEqual([]);
  });

  test("without all of them a snapshot knows of tracelet alone, and a run warns of nothing", async () => {
    const cwd = await temporaryFolder();
    const flags = PARTS.map(([flag]) => flag);
    const snapshot = await tracelet(["snapshot", "--json", ...flags], { cwd });
    expect(Object.keys(JSON.parse(snapshot.stdout.toString()).metrics).toSorted()).toEqual([...SYSTEM_KEYS.own]);
    const run = await tracelet(["run", ...flags, "--", "true"], { cwd });
    expect(run.errors).not.toContain("missing");
  });
});

test("--processes 0 switches off what a file switches on", async () => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "tracelet.toml"), "include_processes = true\n");
  await tracelet(["run", "--processes", "0", "--", "true"], { cwd });
  expect(await readOnlyJournal(cwd)).not.toContainEqual(expect.objectContaining({ processes: expect.anything() }));
});

test("--upload-timeout is how long a server that never answers is waited for", async () => {
  const open: Socket[] = [];
  const server = createServer((socket) => open.push(socket));
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  const cwd = await temporaryFolder();
  const env = { MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}`, TRACELET_UPLOAD_TIMEOUT: "3000" };
  const ended = await tracelet(["run", "--backend", "mlflow", "--upload-timeout", "1", "--", "true"], { cwd, env });
  for (const socket of open) socket.destroy();
  server.close();
  expect(ended.code).toBe(0);
  expect(ended.errors).toMatch(/^tracelet: not uploaded to mlflow: .*; to try again, type: tracelet sync \S+$/m);
  expect(ended.milliseconds).toBeLessThan(20_000);
});

/** One run in a folder of its own below `above`, with every setting given in each of these places. */
async function runWith(above: string, places: readonly Place[]): Promise<Seen> {
  const cwd = await mkdtemp(join(above, "tracelet-settings-"));
  const given = settingNames().map((name) => [name, CASES[name]] as const);
  const toml = (value: (one: Case) => string) => given.map(([name, one]) => `${name} = ${value(one)}\n`).join("");
  if (places.includes("tracelet.toml"))
    await writeFile(
      join(cwd, "tracelet.toml"),
      toml(({ own }) => own),
    );
  if (places.includes("pyproject.toml")) {
    await writeFile(
      join(cwd, "pyproject.toml"),
      `[project]\nname = "x"\n[tool.tracelet]\n${toml(({ shared }) => shared)}`,
    );
  }
  const variables = given.map(([name, { variable }]) => [variableOf(name), variable]);
  const env = {
    ...(places.includes("variable") ? Object.fromEntries(variables) : {}),
    MLFLOW_TRACKING_URI: "http://127.0.0.1:9",
  };
  const flags = places.includes("flag") ? given.flatMap(([, { flag }]) => flag) : [];
  const ended = await tracelet(["run", ...flags, "--", "sh", "-c", SCRIPT], {
    cwd,
    env,
  });
  const [store = ""] = (await readdir(cwd)).filter((name) => !name.endsWith(".toml"));
  const [run = ""] = await readdir(join(cwd, store, "runs"));
  const journal = await readJournalLines(join(cwd, store, "runs", basename(run)));
  const shown = await tracelet(["show", "--json", "--dir", store], { cwd });
  const [header] = journal;
  if (header === undefined) throw new Error(`nothing was journaled: ${ended.errors}`);
  return { ended, store, header, journal, uploads: JSON.parse(shown.stdout.toString()).uploads };
}
