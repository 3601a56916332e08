import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { start } from "../support/tracelet.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
/** What is made here, and not in the repository. */
const MADE = new Set([".git", ".cache", ".tracelet", "node_modules", "dist", "coverage"]);
const run = promisify(execFile);

describe("the package", () => {
  let folder = "";
  let files: string[] = [];
  /** Why there is no installation: the registry cannot be reached. */
  let offline = "";

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "tracelet-package-")));
    const tarball = await pack(join(folder, "source"));
    await mkdir(join(folder, "elsewhere"));
    await writeFile(join(folder, "elsewhere", "package.json"), "{}");
    offline = await install(tarball, join(folder, "elsewhere"));
    files = await filesIn(tarball);
    return () => rm(folder, { recursive: true, maxRetries: 5 });
  });

  test("has what is needed to run and to read, and nothing else", () => {
    expect(files).toEqual(
      expect.arrayContaining([
        "bin/run.js",
        "bin/watch.js",
        "dist/tracelet.cjs",
        "dist/tracelet.cjs.cache",
        "dist/watcher.cjs",
        "dist/picture.cjs",
        "dist/font/DejaVuSans.ttf",
        "dist/font/LICENSE",
        "docs/journal-format.md",
        "docs/settings.md",
        "examples/train.py",
        "examples/data/digits.csv.gz",
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "package.json",
      ]),
    );
    const wanted = /^(bin|dist|docs|examples)\/|^(CHANGELOG\.md|LICENSE|README\.md|package\.json)$/;
    expect(files.filter((file) => !wanted.test(file) || /\.test\.|metafile|\.ts$/.test(file))).toEqual([]);
  });

  test("runs a command from where it is installed", async ({ skip }) => {
    skip(offline !== "", offline);
    const cwd = join(folder, "elsewhere");
    const ended = await start(tool(cwd), ["run", "--", "node", "-e", "console.log('loss=1')"], { cwd }).ended;
    expect([ended.code, ended.stdout.toString()]).toEqual([0, "loss=1\n"]);
    expect(ended.errors).toMatch(/^tracelet: finished after /);
    const [id = ""] = await readdir(join(cwd, ".tracelet", "runs"));
    expect(await readFile(join(cwd, ".tracelet", "runs", id, "journal.jsonl"), "utf8")).toContain(
      '"metrics":{"loss":1}',
    );
  });

  test("draws a run from where it is installed", async ({ skip }) => {
    skip(offline !== "", offline);
    const cwd = join(folder, "elsewhere");
    const ended = await start(tool(cwd), ["run", "--dir", "drawn", "--backend", "null", "--", "true"], { cwd }).ended;
    expect(ended.code).toBe(0);
    const [id = ""] = await readdir(join(cwd, "drawn", "runs"));
    const png = await readFile(join(cwd, "drawn", "runs", id, "analysis", "resource_usage.png"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
  });

  test("reads the machine from where it is installed", async ({ skip }) => {
    skip(offline !== "", offline);
    const cwd = join(folder, "elsewhere");
    const { code, stdout, errors } = await start(tool(cwd), ["snapshot", "--json"], { cwd }).ended;
    expect([code, errors]).toEqual([0, ""]);
    expect(JSON.parse(stdout.toString()).metrics).toMatchObject({ memory_total: expect.any(Number) });
  });

  test("names no folder of the machine that it was made on", async ({ skip }) => {
    skip(offline !== "", offline);
    const dist = join(folder, "elsewhere", "node_modules", "tracelet", "dist");
    const caches = (await readdir(dist)).filter((name) => name.endsWith(".cache"));
    expect(caches).toHaveLength(3);
    for (const name of caches) expect(await readFile(join(dist, name), "latin1")).not.toContain(folder);
  });
});

/** Packs a copy of the repository as it stands, so that the build that goes with it disturbs nobody. */
async function pack(copy: string): Promise<string> {
  await cp(REPOSITORY, copy, { recursive: true, filter: (path) => !MADE.has(basename(path)) });
  await symlink(join(REPOSITORY, "node_modules"), join(copy, "node_modules"));
  await run("npm", ["pack", "--loglevel", "error"], { cwd: copy });
  const [name = ""] = (await readdir(copy)).filter((file) => file.endsWith(".tgz"));
  return join(copy, name);
}

/** Installs it with its dependencies, from npm's cache where they are in it. Gives the reason where that cannot be. */
async function install(tarball: string, cwd: string): Promise<string> {
  const quietly = ["--no-audit", "--no-fund", "--loglevel", "error"];
  const patience = ["--fetch-retries", "1", "--fetch-retry-mintimeout", "1000"];
  try {
    await run("npm", ["install", "--prefer-offline", ...quietly, ...patience, tarball], { cwd });
    return "";
  } catch (error) {
    const reachable = await run("npm", ["ping", ...patience], { cwd }).then(
      () => true,
      () => false, // whatever the reason: nothing can be fetched
    );
    if (reachable || process.env["CI"] === "true") throw error;
    return "the package registry cannot be reached";
  }
}

async function filesIn(tarball: string): Promise<string[]> {
  const { stdout } = await run("tar", ["-tzf", tarball]);
  return stdout
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));
}

function tool(cwd: string): string {
  return join(cwd, "node_modules", ".bin", "tracelet");
}
