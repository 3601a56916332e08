// The command classes for the `oclif` program, which writes docs/commands.md (`npm run docs`): the bundle is loaded as
// bin/run.js loads it.
import { createRequire } from "node:module";

const load = createRequire(import.meta.url)("../bin/load.js");

export const COMMANDS = await load("tracelet").commandClasses();
