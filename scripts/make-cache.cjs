"use strict";
// Makes the V8 code cache of one bundle. The bundle is run first, with what it exports as `warmUp`, so that the cache
// holds the functions that a start really needs.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");

// The warm-up is a run: not into the builder's tracker, nor with the settings of wherever the builder stands.
for (const name of Object.keys(process.env)) if (/^(TRACELET|MLFLOW)_/.test(name)) delete process.env[name];

const filename = path.resolve(process.argv[2]);
// Its name alone: the cache keeps it, and stack traces on other machines show what it keeps.
const script = new vm.Script(fs.readFileSync(filename, "latin1"), { filename: path.basename(filename) });
const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, Module.createRequire(filename), bundle, filename, path.dirname(filename));
void Promise.resolve(bundle.exports.warmUp?.()).then(() => {
  // A run that is not ended by the program itself counts as failed until here.
  process.exitCode = 0;
  // V8 refuses a cache that was made under other flags than those it is loaded under. A wrapper sets these after its launch,
  // and the warm-up is one.
  v8.setFlagsFromString("--incremental-marking");
  v8.setFlagsFromString("--parallel-scavenge");
  v8.setFlagsFromString("--semi-space-growth-factor=2");
  return fs.promises.writeFile(`${filename}.cache`, script.createCachedData());
});
