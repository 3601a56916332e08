// Bundles the two processes, wrapper and watcher, and the thread that calls NVIDIA's driver, and makes the V8 code cache of each: start-up is part of the promise.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
/** What is run often, or where time counts, and gets a code cache. */
const cached = { tracelet: "src/commands/main.ts", watcher: "src/watch/main.ts", nvml: "src/probes/nvml-serve.ts" };
/** The picture's process is started at most once in a run, after it: a code cache would cost more than it saves. */
const bundles = { ...cached, picture: "src/report/picture-process.ts" };

/**
 * What oclif requires at its start and needs only to search folders for plugins, to ask, to measure itself, to colour or
 * to print help: that code is evaluated at the first use instead, which for `tracelet run` is never.
 */
const needsLater =
  /^(ejs|supports-color|minimatch|tinyglobby|semver|lilconfig|cli-spinners|wrap-ansi|ansi-escapes|indent-string|widest-line|ansis|wordwrap|node:readline|node:perf_hooks)$/;

/** A file of oclif's that asks stdout and stderr for their width as it is evaluated, which makes streams of both. */
const asksTerminals = /\/screen$/;

/** oclif's tracing, with what it pulls in (a terminal, sockets, streams), only where DEBUG asks for it. */
const traceOnDemand = {
  name: "trace-on-demand",
  setup(plugin) {
    plugin.onResolve({ filter: /^debug$/ }, ({ path, pluginData, resolveDir }) => {
      return pluginData === "real" ? undefined : { path, namespace: "on-demand", pluginData: { resolveDir } };
    });
    plugin.onLoad({ filter: /.*/, namespace: "on-demand" }, ({ pluginData }) => ({
      resolveDir: pluginData.resolveDir,
      pluginData: "real",
      contents: `
        const silent = () => Object.assign(() => {}, { enabled: false, extend: silent, namespace: "" });
        module.exports = process.env.DEBUG ? require("debug") : Object.assign(silent, { enable() {}, enabled: () => false });`,
    }));
  },
};

const evaluateLater = {
  name: "evaluate-later",
  setup(plugin) {
    plugin.onResolve({ filter: needsLater }, ({ path, kind, pluginData, resolveDir }) => {
      if (kind !== "require-call" || pluginData === "real") return undefined;
      return { path, namespace: "later", pluginData: { resolveDir } };
    });
    plugin.onResolve({ filter: asksTerminals }, ({ path, pluginData, resolveDir }) => {
      if (!resolveDir.includes("/@oclif/core/") || pluginData === "real") return undefined;
      return { path: join(resolveDir, path), namespace: "later", pluginData: { resolveDir } };
    });
    plugin.onLoad({ filter: /.*/, namespace: "later" }, ({ path, pluginData }) => ({
      resolveDir: pluginData.resolveDir,
      pluginData: "real",
      contents: `
        const real = () => require(${JSON.stringify(path)});
        module.exports = new Proxy(function () {}, {
          get: (_, key) => (key === "__esModule" ? undefined : real()[key]),
          apply: (_, self, args) => Reflect.apply(real(), self, args),
        });`,
    }));
  },
};

/**
 * oclif asks for the user's shell and home, for what is not used here. In a container the user is often a number that the
 * password file does not know, and with no SHELL or HOME in the environment either, to ask is an error.
 */
const withoutPasswordFile = {
  name: "without-password-file",
  setup(plugin) {
    const contents = {
      "../util/os": `
        exports.getPlatform = async () => process.platform;
        exports.getShell = async () => "unknown";
        exports.getHomeDir = () => "";`,
      // Shortens paths below the home in stack traces.
      "clean-stack": "module.exports = (stack) => stack;",
    };
    plugin.onResolve({ filter: /^(\.\.\/util\/os|clean-stack)$/ }, ({ path, resolveDir }) =>
      resolveDir.includes("/@oclif/core/") ? { path, namespace: "without-password-file" } : undefined,
    );
    plugin.onLoad({ filter: /.*/, namespace: "without-password-file" }, ({ path }) => ({ contents: contents[path] }));
  },
};

/** What can import and be started as a thread stays a file of its own; it is named from dist. */
const threadApart = {
  name: "thread-apart",
  setup(plugin) {
    plugin.onResolve({ filter: /\/bin\/[a-z]+-thread\.js$/ }, ({ path }) => ({
      path: `../bin/${basename(path)}`,
      external: true,
    }));
  },
};

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
  // The bundles are run as scripts, which cannot import; a require does as well.
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "__filename" },
  charset: "ascii",
  legalComments: "linked",
  // The wrapper that Node puts around a module, so that no start has to make another copy of the text for it.
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: "warning",
  // Loaded from node_modules where they are needed at all: one is large, one a native library, one WebAssembly.
  external: ["systeminformation", "koffi", "@resvg/resvg-wasm"],
  plugins: [evaluateLater, withoutPasswordFile, traceOnDemand, threadApart],
});
// What the report's page carries. Only the command that writes one reads it.
await build({
  absWorkingDir: root,
  entryPoints: { "report-page": "src/report/page/main.ts", "report-page-style": "src/report/page/style.css" },
  entryNames: "[name]",
  outdir: "dist",
  bundle: true,
  platform: "browser",
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "ascii",
  legalComments: "inline",
  minify: true,
  logLevel: "warning",
});

// The bundler leaves what is not ASCII in the patterns of regular expressions, and `load` would read each as two characters.
for (const name of Object.keys(bundles)) {
  const file = `${root}/dist/${name}.cjs`;
  const escaped = readFileSync(file, "utf8").replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  writeFileSync(file, escaped);
}

writeFileSync(`${root}/dist/metafile.json`, JSON.stringify(result.metafile));
cpSync(`${root}/src/report/font`, `${root}/dist/font`, { recursive: true });

// The work that `tracelet overhead` times is a program that plain Node runs.
await build({
  absWorkingDir: root,
  entryPoints: { kernel: "src/overhead/kernel.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  charset: "ascii",
  logLevel: "warning",
});

// V8 accepts a cache only under the flags that it was made under.
const { watcherV8Options } = createRequire(import.meta.url)("../bin/load.js")("watcher");
const options = { tracelet: [], watcher: watcherV8Options(), nvml: watcherV8Options() };

// The wrapper's warm-up starts a watcher, so that one comes first.
for (const name of Object.keys(cached).toReversed()) {
  const made = spawnSync(
    process.execPath,
    [...options[name], `${root}/scripts/make-cache.cjs`, `${root}/dist/${name}.cjs`],
    { stdio: "inherit" },
  );
  if (made.status !== 0) throw new Error(`no code cache for ${name}: exit status ${made.status ?? made.signal}`);
}
