import { join } from "node:path";
import { expect, test } from "vitest";

import { folderWith, resolveIn } from "./scene.ts";

const resolved = async (toml: string) => (await resolveIn(folderWith({ "tracelet.toml": toml }), {})).probe;

test("there are no probes of one's own without a file that has them", async () => {
  expect(await resolved("")).toEqual([]);
});

test("a probe is a command for the shell, a program with arguments, or a module beside the file", async () => {
  const folder = folderWith({
    "tracelet.toml": `
      [[probe]]
      name = "queue"
      command = "squeue | wc -l"
      interval = 30
      [[probe]]
      name = "fan"
      command = ["sensors", "-u"]
      timeout = 0.5
      [[probe]]
      name = "licences"
      module = "probes/licences.mjs"`,
  });
  expect((await resolveIn(folder, {})).probe).toEqual([
    { name: "queue", command: ["sh", "-c", "squeue | wc -l"], interval: 30, timeout: 5, cwd: folder },
    { name: "fan", command: ["sensors", "-u"], interval: 10, timeout: 0.5, cwd: folder },
    { name: "licences", module: join(folder, "probes/licences.mjs"), interval: 10, timeout: 5, cwd: folder },
  ]);
});

test("pyproject.toml may have them too", async () => {
  const folder = folderWith({ "pyproject.toml": '[[tool.tracelet.probe]]\nname = "a"\ncommand = "echo 1"\n' });
  expect((await resolveIn(folder, {})).probe).toMatchObject([{ name: "a" }]);
});

test.each([
  ["probe = 3", "probe in tracelet.toml is no list of tables; type [[probe]]"],
  ["probe = [3]", "[[probe]] number 1 in tracelet.toml is no table; type [[probe]]"],
  ["[[probes]]\nname = 'a'", "tracelet.toml has the unknown setting 'probes'; type [[probe]]"],
  ["[[probe]]\ncommand = 'x'", "the name of [[probe]] number 1 in tracelet.toml is missing"],
  [
    "[[probe]]\nname = 'a b'\ncommand = 'x'",
    'is "a b", which is not made of letters, digits and _; type name = "queue"',
  ],
  ["[[probe]]\nname = 'a'", "has neither a command nor a module; type command ="],
  ["[[probe]]\nname = 'a'\ncommand = 'x'\nmodule = 'y'", "has both a command and a module; type command ="],
  ["[[probe]]\nname = 'a'\ncommand = []", "is [], which is neither text nor a list of texts; type command ="],
  [
    "[[probe]]\nname = 'a'\nmodule = 3",
    "module of [[probe]] number 1 in tracelet.toml is 3, which is no path; type module =",
  ],
  ["[[probe]]\nname = 'a'\ncommand = 'x'\nintervall = 3", "has the unknown key 'intervall'; type interval"],
  [
    "[[probe]]\nname = 'a'\ncommand = 'x'\ninterval = 0",
    "interval of [[probe]] number 1 in tracelet.toml is 0, which is no number of seconds",
  ],
  [
    "[[probe]]\nname = 'a'\ncommand = 'x'\ntimeout = 'long'",
    'is "long", which is no number of seconds up to 86400; type timeout = 5',
  ],
  [
    "[[probe]]\nname = 'a'\ncommand = 'x'\n[[probe]]\nname = 'a'\ncommand = 'y'",
    "two probes in tracelet.toml are named 'a'; type name = \"a_2\"",
  ],
])("%j is a mistake", async (toml, sentence) => {
  await expect(resolved(toml)).rejects.toThrow(sentence);
});
