import { chmod, copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "./tracelet.ts";

const PROGRAM = fileURLToPath(new URL("nvidia-smi.sh", import.meta.url));

/** A table of test/fixtures/nvidia-smi. */
export async function smiTable(name: string): Promise<string> {
  return readFile(new URL(`../fixtures/nvidia-smi/${name}.csv`, import.meta.url), "utf8");
}

/** The fields of such a table as --help-query-gpu lists them. */
export function helpOf(table: string): string {
  const [head = ""] = table.split("\n");
  return head.replaceAll(/([a-z_0-9.]+)(, )?/g, '"$1"\nWhat it is.\n\n');
}

/** An nvidia-smi in a folder of its own, for one test. */
export async function fakeNvidiaSmi(table: string) {
  const folder = await temporaryFolder();
  await copyFile(PROGRAM, join(folder, "nvidia-smi"));
  await chmod(join(folder, "nvidia-smi"), 0o755);
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("gpus.csv", table);
  const read = (name: string) => readFile(join(folder, name), "utf8").catch(() => "");
  return {
    folder,
    /** What makes tracelet use it: there is no library, and it is the first on the PATH. */
    env: {
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      TRACELET_NVML_LIBRARY: join(folder, "no-library.so"),
    },
    write,
    remove: (name: string) => rm(join(folder, name)),
    /** How often it has printed all GPUs. */
    rounds: async () => (await read("rounds")).length,
    /** The process that prints; of the last one where it has ended. */
    pid: async () => Number(await read("pid")) || undefined,
  };
}

/** Whether there is such a process, one that nobody has waited for not counted. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat !== undefined && !/\) Z /.test(stat);
}
