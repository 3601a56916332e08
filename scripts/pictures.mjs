// Makes the pictures of docs/pictures: the end of the example's run as a terminal shows it, and a made-up run of a day on
// eight GPUs as `tracelet report` does. Needs a build, Python 3 and a Chromium on the PATH.
// Usage: node scripts/pictures.mjs
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
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
await showSummary();
await browser.close();
rmSync(folder, { recursive: true });

/** A real run of the example, whose last lines and summary stand on a page that looks like a terminal. */
async function showSummary() {
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  const typed = ["run", "--interval", "1", "--", "python3", "examples/train.py"];
  const ended = spawnSync(process.execPath, [join(root, "bin/run.js"), ...typed], {
    cwd: folder,
    env: { ...process.env, FORCE_COLOR: "1", TERM: "xterm-256color" },
    encoding: "utf8",
  });
  if (ended.status !== 0) throw new Error(`the example ended with ${ended.status}: ${ended.stderr}`);
  const printed = ended.stdout.trimEnd().split("\n").slice(-3).join("\n");
  const page = await browser.newPage({ viewport: { width: 760, height: 200 }, deviceScaleFactor: 2 });
  await page.setContent(`<style>
    body { margin: 0; background: #14161a; color: #d8dbe0; font: 14px/1.35 "DejaVu Sans Mono", monospace; }
    pre { margin: 0; padding: 14px 18px; display: inline-block; font: inherit; }
    .b { font-weight: bold; } .d { opacity: 0.6; } .g { color: #5fbf77; } .y { color: #d9b44a; } .r { color: #e06c66; } .c { color: #56b6c2; }
  </style><pre>$ tracelet ${typed.filter((word) => !/^(--interval|1)$/.test(word)).join(" ")}\n…\n${escaped(printed)}\n${spans(ended.stderr.trimEnd())}</pre>`);
  await page.locator("pre").screenshot({ path: join(root, "docs/pictures/summary.png") });
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** The few colours that a summary has. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
function spans(text) {
  const classes = { 1: "b", 2: "d", 31: "r", 32: "g", 33: "y", 36: "c" };
  // What follows an escape character begins with the code, up to an m.
  const [first, ...rest] = escaped(text).split("\u001B[");
  return rest.reduce((html, part) => {
    const [code, shown] = [part.slice(0, part.indexOf("m")), part.slice(part.indexOf("m") + 1)];
    return html + (classes[code] === undefined ? "</span>" : `<span class="${classes[code]}">`) + shown;
  }, first);
}
