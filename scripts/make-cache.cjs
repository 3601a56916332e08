"use strict";
// Makes the V8 code cache of one bundle. The bundle is run first, with what it exports as `warmUp`, so that the cache
// holds the functions that a start really needs.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const filename = path.resolve(process.argv[2]);
// Its name alone: the cache keeps it, and stack traces on other machines show what it keeps.
const script = new vm.Script(fs.readFileSync(filename, "latin1"), { filename: path.basename(filename) });
const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, Module.createRequire(filename), bundle, filename, path.dirname(filename));
void Promise.resolve(bundle.exports.warmUp?.()).then(() => {
  return fs.promises.writeFile(`${filename}.cache`, script.createCachedData());
});
