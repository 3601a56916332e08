"use strict";
// Makes a PNG of an SVG; the watcher and `tracelet sync` start it. See src/report/picture-process.ts.
const path = require("node:path");

require("./load.js")("picture")
  .main(path.join(__dirname, "..", "dist", "font", "DejaVuSans.ttf"))
  .catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
