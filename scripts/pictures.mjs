// Makes the pictures of docs/pictures: a made-up run of a day on eight GPUs as `tracelet report` shows it. Needs a build
// and a Chromium on the PATH.
// Usage: node scripts/pictures.mjs
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-pictures-"));
const scenes = join(folder, "scenes.mjs");
await build({
  entryPoints: [join(root, "test/report/scenes.ts")],
  outfile: scenes,
  bundle: true,
  platform: "node",
  format: "esm",
  logLevel: "warning",
});
const { longTraining, writeScene } = await import(pathToFileURL(scenes).href);
writeScene(join(folder, ".tracelet"), longTraining());
const written = spawnSync(process.execPath, [join(root, "bin/run.js"), "report", "--output", "page.html"], {
  cwd: folder,
  env: { ...process.env, TZ: "UTC" },
  stdio: ["ignore", "ignore", "inherit"],
});
if (written.status !== 0) throw new Error(`tracelet report ended with ${written.status}`);

const folders = (process.env.PATH ?? "").split(delimiter);
const executablePath = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => folders.map((at) => join(at, name)))
  .find(existsSync);
if (executablePath === undefined) throw new Error("there is no Chromium on the PATH");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const [name, colorScheme] of [
  ["report", "light"],
  ["report-dark", "dark"],
]) {
  const page = await browser.newPage({ viewport: { width: 1120, height: 1000 }, colorScheme });
  await page.goto(pathToFileURL(join(folder, "page.html")).href);
  const area = page.locator(".u-over").first();
  await area.waitFor();
  const box = await area.boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
  await page.mouse.move(box.x + box.width * 0.31, box.y + box.height * 0.4);
  await page.locator(".tooltip").first().waitFor();
  await page.screenshot({ path: join(root, `docs/pictures/${name}.png`) });
}
await browser.close();
rmSync(folder, { recursive: true });
