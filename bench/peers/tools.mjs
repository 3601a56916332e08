// The tools that a user would pick instead: how each is told to watch a command once a second, with a folder for what it
// writes. All of them work without a network.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const tracelet = here("../../bin/run.js");

/** @param bin the folder of the virtual environment's programs */
export function toolsIn(bin) {
  const program = (name) => join(bin, name);
  return [
    {
      name: "tracelet",
      watch: (command, folder) =>
        [process.execPath, tracelet, "run", "--quiet", "--interval", "1", "--dir", folder, "--"].concat(command),
    },
    {
      name: "psrecord",
      watch: (command, folder) => {
        const flags = ["--interval", "1", "--include-children", "--log", join(folder, "log.txt")];
        return [program("psrecord"), command.map(quoted).join(" "), ...flags];
      },
    },
    {
      name: "con-duct",
      watch: (command, folder) => {
        const flags = ["--sample-interval", "1", "--log-level", "NONE", "--output-prefix", `${folder}/`];
        return [program("con-duct"), "run", ...flags, ...command];
      },
    },
    {
      name: "mprof",
      watch: (command, folder) => {
        const flags = ["--interval", "1", "--include-children", "--output", join(folder, "mprof.dat")];
        return [program("mprof"), "run", ...flags, ...command];
      },
    },
    {
      name: "codecarbon monitor",
      watch: (command) => {
        const flags = ["--measure-power-secs", "1", "--offline", "--country-iso-code", "USA", "--no-api"];
        return [program("codecarbon"), "monitor", ...flags, "--", ...command];
      },
    },
    {
      name: "MLflow's monitor",
      watch: (command) => [program("python"), here("inside_mlflow.py"), ...command],
    },
    {
      name: "W&B's monitor",
      watch: (command) => [program("python"), here("inside_wandb.py"), ...command],
    },
  ];
}

function quoted(word) {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
