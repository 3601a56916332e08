import { expect, test } from "vitest";
import { folderWith, resolveIn } from "./scene.ts";

test.each([
  ["1000000", 1_000_000],
  ["1000000B", 1_000_000],
  ["500MB", 500_000_000],
  ["500mb", 500_000_000],
  ["1.5 GB", 1_500_000_000],
  ["1GiB", 1024 ** 3],
  ["2G", 2 * 1024 ** 3],
  ["1500k", 1500 * 1024],
  ["1500kB", 1_500_000],
  [" none ", "none"],
])("%j is a limit of %s", async (typed, means) => {
  const { logLimit } = await resolveIn(folderWith({}), { flags: { "log-limit": typed } });
  expect(logLimit).toBe(means);
});

test.each(["", "MB", "1 000MB", "1e9", "-5MB", "1MBit", "unlimited"])("%j is none", async (typed) => {
  await expect(resolveIn(folderWith({}), { flags: { "log-limit": typed } })).rejects.toThrow("--log-limit is ");
});
