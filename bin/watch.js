"use strict";
// The watcher process; the wrapper starts it. See src/watch.
require("./load.js")("watcher").main();
