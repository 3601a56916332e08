// Bundles the two processes, wrapper and watcher, and makes the V8 code cache of each: start-up is part of the promise.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundles = { tracelet: "src/commands/main.ts", watcher: "src/watch/main.ts" };

rmSync(`${root}/dist`, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: bundles,
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  charset: "ascii",
  legalComments: "linked",
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: "warning",
  // Loaded from node_modules where it is needed at all: it is large and never on the path to the launch.
  external: ["systeminformation"],
});
writeFileSync(`${root}/dist/metafile.json`, JSON.stringify(result.metafile));

for (const name of Object.keys(bundles)) {
  const made = spawnSync(process.execPath, [`${root}/scripts/make-cache.cjs`, `${root}/dist/${name}.cjs`], {
    stdio: "inherit",
  });
  if (made.status !== 0) throw new Error(`no code cache for ${name}: exit status ${made.status ?? made.signal}`);
}
