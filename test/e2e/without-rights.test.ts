import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canBeNobody, folderOfNobody, traceletOfNobody } from "../support/nobody.ts";
import { readOnlyJournal, runFolders, tracelet } from "../support/tracelet.ts";

/** A folder for everybody with a log in it, below one that nobody else may look into. */
async function shutIn(): Promise<string> {
  const shut = join(folderOfNobody(), "shut");
  const folder = join(shut, "folder");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "train.log"), "step 1 loss=1\n");
  await chmod(shut, 0o700);
  return folder;
}

describe.runIf(canBeNobody)("a user who may not look into the folder above", () => {
  test("has the command run, and recorded elsewhere", async () => {
    const store = folderOfNobody();
    const args = ["run", "--dir", join(store, ".tracelet"), "--", "sh", "-c", "echo step 1 loss=1; exit 3"];
    const ended = await traceletOfNobody(args, { cwd: await shutIn() });
    expect([ended.code, ended.stdout.toString()]).toEqual([3, "step 1 loss=1\n"]);
    expect(await readOnlyJournal(store)).toContainEqual(expect.objectContaining({ type: "end", exitCode: 3 }));
  });

  test("is told that there is no record to be made", async () => {
    const cwd = await shutIn();
    const ended = await traceletOfNobody(["run", "--", "true"], { cwd });
    expect(ended.code).toBe(125);
    expect(ended.errors).toMatch(/^tracelet: the run directory .* cannot be made: permission denied \(EACCES\); .*\n$/);
  });

  test("is told of a command there that it cannot be executed", async () => {
    const program = join(await shutIn(), "program");
    const ended = await traceletOfNobody(["run", "--", program], { cwd: folderOfNobody() });
    expect(ended.code).toBe(126);
    expect(ended.errors).toMatch(/^tracelet: '.*\/program' is not executable; .*\n$/);
  });

  test("is told of a run there that it cannot be resumed", async () => {
    const cwd = folderOfNobody();
    expect((await tracelet(["run", "--quiet", "--", "true"], { cwd })).code).toBe(0);
    const ended = await traceletOfNobody(["run", "--resume", "latest", "--", "true"], { cwd });
    expect(ended.code).toBe(125);
    expect(ended.errors).toMatch(/^tracelet: the journal .* cannot be read: permission denied \(EACCES\); .*\n$/);
    const synced = await traceletOfNobody(["sync", "--backend", "tensorboard"], { cwd });
    expect(synced.code).toBe(1);
    expect(synced.stdout.toString()).toMatch(
      /: its journal cannot be read: permission denied \(EACCES\); to try again, /,
    );
  });

  test("is told of another user's run that it cannot be removed", async () => {
    const cwd = folderOfNobody();
    expect((await tracelet(["import"], { cwd, input: "loss=1\n" })).code).toBe(0);
    const [run = ""] = await runFolders(cwd);
    await chmod(join(run, "journal.jsonl"), 0o644);
    const ended = await traceletOfNobody(["rm", "latest"], { cwd });
    expect(ended.code).toBe(2);
    expect(ended.errors).toBe(
      `tracelet: the system refuses to rename ${run}: permission denied (EACCES); see to that, then try again\n`,
    );
  });

  test("is told of a log there that it cannot be read", async () => {
    const log = join(await shutIn(), "train.log");
    const ended = await traceletOfNobody(["import", log], { cwd: folderOfNobody() });
    expect(ended.code).toBe(2);
    expect(ended.errors).toBe(
      `tracelet: the log ${log} cannot be read: permission denied (EACCES); name another file\n`,
    );
  });
});
