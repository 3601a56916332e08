import { expect, test } from "vitest";
import { folderWith, resolveIn } from "./scene.ts";

const resolved = async (files: Record<string, string>) => (await resolveIn(folderWith(files), {})).metric;

test("there are no rules without a file that has them", async () => {
  expect(await resolved({})).toEqual([]);
});

test("a rule has a pattern, and may have a name and a step", async () => {
  const toml = `
    [[metric]]
    pattern = "loss {loss}"
    [[metric]]
    pattern = '(?<it>\\d+): (?<value>\\S+)'
    name = "val/psnr"
    step = "it"`;
  expect(await resolved({ "tracelet.toml": toml })).toEqual([
    { label: "[[metric]] number 1 in tracelet.toml", pattern: "loss {loss}" },
    {
      label: "[[metric]] number 2 in tracelet.toml",
      pattern: String.raw`(?<it>\d+): (?<value>\S+)`,
      name: "val/psnr",
      step: "it",
    },
  ]);
});

test("pyproject.toml may have them too", async () => {
  const rules = await resolved({ "pyproject.toml": '[[tool.tracelet.metric]]\npattern = "loss {loss}"\n' });
  expect(rules).toMatchObject([{ label: "[[metric]] number 1 in pyproject.toml" }]);
});

test.each([
  ["metric = 3", "metric in tracelet.toml is no list of tables; type [[metric]]"],
  ["metric = [3]", "[[metric]] number 1 in tracelet.toml is no table"],
  ["[[metric]]", "[[metric]] number 1 in tracelet.toml has no pattern; type [[metric]] with pattern ="],
  ['[[metric]]\npattern = ""', 'pattern of [[metric]] number 1 in tracelet.toml is "", which is no text'],
  ["[[metric]]\npattern = 3", "is 3, which is no text; type pattern ="],
  ['[[metric]]\npatern = "x"', "has the unknown key 'patern'; type pattern"],
  ['[[metric]]\npattern = "{x}"\nname = "3"', "is '3', which is no name of a metric"],
  ['[[metrics]]\npattern = "{x}"', "tracelet.toml has the unknown setting 'metrics'; type [[metric]]"],
  ['[[metric]]\npattern = "{x}"\n'.repeat(51), "has 51 [[metric]] tables, of which 50 can be"],
])("%j is refused", async (toml, words) => {
  await expect(resolved({ "tracelet.toml": toml })).rejects.toThrow(words);
});
