#!/usr/bin/env node
"use strict";
require("./load.js")("tracelet").main(process.argv.slice(2));
