"use strict";
// Runs one of the bundles in dist/ with the V8 code cache that was made beside it at build time. The cache is an
// accelerator only: V8 rejects it when its own version or flags differ, and a missing one changes nothing.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

/** Loads `dist/<name>.cjs` and returns its exports. */
module.exports = function load(name) {
  const filename = path.join(__dirname, "..", "dist", `${name}.cjs`);
  // The bundles are pure ASCII, and reading them as such is the quickest.
  const source = fs.readFileSync(filename, "latin1");
  const script = new vm.Script(source, { filename, cachedData: readCache(`${filename}.cache`) });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, Module.createRequire(filename), bundle, filename, path.dirname(filename));
  return bundle.exports;
};

function readCache(filename) {
  try {
    return fs.readFileSync(filename);
  } catch {
    return undefined; // never built, or removed: V8 compiles the source
  }
}
