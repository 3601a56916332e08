import { join } from "node:path";
import { expect, test } from "vitest";
import { settingsReference } from "../../src/settings/reference.ts";
import { SETTINGS, settingNames } from "../../src/settings/table.ts";
import { folderWith, resolveIn } from "./scene.ts";

test("docs/settings.md is what the table says (npx vitest run test/settings/reference.test.ts -u writes it anew)", async () => {
  const file = join(import.meta.dirname, "../../docs/settings.md");
  await expect(settingsReference()).toMatchFileSnapshot(file);
});

test("the reference has every setting", () => {
  const text = settingsReference();
  for (const name of settingNames()) {
    expect(text).toContain(`| \`${name}\``);
    expect(text).toContain(SETTINGS[name].description);
  }
});

test("the settings file of the reference is a good one", async () => {
  const file = /```toml\n(?<toml>[^`]+)```/.exec(settingsReference())?.groups?.["toml"] ?? "";
  const settings = await resolveIn(folderWith({ "tracelet.toml": file }), {});
  expect(settings).toMatchObject({ name: "baseline", backend: ["mlflow"], param: { lr: "3e-4" }, unbuffered: false });
});
