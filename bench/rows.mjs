// The rows of the README's table of figures: all of their wording. In a figure, {id:figure} is a value of the result file,
// {id:figure/yardstick} its multiple of that yardstick, and |2 the digits behind the point.
export const ROWS = [
  {
    what: "start-up, from typing to the command's exec",
    figure: "{startup:launch/node -e 0|2} × `node -e 0`",
    command: "node bench/startup.mjs",
  },
  {
    what: "a whole `tracelet run -- true`",
    figure: "{startup:whole/node -e 0|1} × `node -e 0`",
    command: "the same",
  },
  {
    what: "output through a pipe, from the first byte to the last",
    figure: "{relay:time/tee|2} × the time of `tee FILE`",
    command: "node bench/relay.mjs",
  },
  {
    what: "what is added to the way of a line, 99th percentile",
    figure: "{latency:added_p99|1} ms ({latency:p99|1} ms in all)",
    command: "node bench/latency.mjs",
  },
  {
    what: "a job on all cores at a 1 s interval",
    figure: "{overhead:at_1s|2} % slower (95 %: {overhead:at_1s_low|2} to {overhead:at_1s_high|2})",
    command: "node bench/overhead.mjs",
  },
  {
    what: "the same at 0.1 s",
    figure: "{overhead:at_0.1s|2} % slower (95 %: {overhead:at_0.1s_low|2} to {overhead:at_0.1s_high|2})",
    command: "the same",
  },
  {
    what: "a silent command at a 1 s interval",
    figure:
      "wrapper {idle:wrapper_cpu|3} %, watcher {idle:watcher_cpu|2} % of a core; {idle:memory|0} MB (PSS), {idle:memory/an idle Node process|1} × an idle Node process",
    command: "node bench/idle.mjs",
  },
  {
    what: "a silent command of 20 processes at a 1 s interval",
    figure: "{idle-20:cpu|2} % of a core, both processes together",
    command: "node bench/idle.mjs 60 20",
  },
  {
    what: "one reading of CPU, load, memory, disk and network",
    figure: "{host-tick:tick/psutil|2} × psutil's CPU time, {host-tick:tick/systeminformation|3} × systeminformation's",
    command: "node bench/host-tick.mjs",
  },
  {
    what: "a reading of 300 processes, every half minute",
    figure:
      "{process-table:reading|1} ms of CPU time, {process-table:reading/psutil|2} × psutil's, {process-table:reading/systeminformation|3} × systeminformation's",
    command: "node bench/process-table.mjs",
  },
  {
    what: "what a command of 20 processes adds to a sample",
    figure:
      "{workload:tick|2} ms of CPU time, {workload:tick/psutil|2} × psutil's; {workload:tick_busy|2} ms where all are busy; no process",
    command: "node bench/workload.mjs",
  },
  {
    what: "a run that records a great many metric points",
    figure: "{memory:peak|0} MB (PSS) at most, both processes together ({memory:points|0} points)",
    command: "node bench/memory.mjs 2000000",
  },
  {
    what: "an ordinary log searched for metrics, by CPU time",
    figure:
      "{extract-ordinary:slowest|0} to {extract-ordinary:fastest|0} MB/s, {extract-ordinary:least_ratio|2} to {extract-ordinary:most_ratio|2} × one pattern a line",
    command: "node bench/extract.mjs 8 ordinary",
  },
  {
    what: "the slowest kind of output in the bench",
    figure: "{extract:slowest|1} MB/s",
    command: "node bench/extract.mjs 1",
  },
  {
    what: "a log that is one line of 100 MB",
    figure: "{extract:long_line_memory|0} MB (VmHWM) at most",
    command: "the same",
  },
  {
    what: "an upload to a local MLflow server on SQLite",
    figure:
      "{mlflow-upload:cpu_with_report/MLflow's Python client|2} × its Python client's CPU time, the report among it, {mlflow-upload:wall/MLflow's Python client|2} × its time; {mlflow-upload:memory|0} MB ({mlflow-upload:points|0} points)",
    command: "node bench/mlflow-upload.mjs 1000000",
  },
  {
    what: "the same as an offline run of W&B",
    figure:
      "{wandb-write:wall/W&B's client|2} × its client's time, {wandb-write:cpu/W&B's client|2} × its CPU time; {wandb-write:memory|0} MB ({wandb-write:points|0} points)",
    command: "node bench/wandb-write.mjs",
  },
  {
    what: "the same as TensorBoard's event files",
    figure:
      "{tensorboard-write:wall/TensorBoard's writer|2} × its writer's time, {tensorboard-write:cpu/TensorBoard's writer|2} × its CPU time; {tensorboard-write:memory|0} MB ({tensorboard-write:points|0} points)",
    command: "node bench/tensorboard-write.mjs",
  },
  {
    what: "a report of a day",
    figure:
      "{report:time|1} s, {report:time/JSON.parse of the journal|1} × JSON.parse of its journal; {report:memory|0} MB; a page of {report:size|1} MB ({report:points|0} points)",
    command: "node bench/report.mjs",
  },
];

/**
 * The columns of the table of other tools: each is a figure of every tool in bench/peers.mjs, of which less is better.
 * `why` stands under the table where one of them needs less than tracelet.
 */
export const PEER_COLUMNS = [
  {
    figure: "added",
    head: "added to a short command",
    unit: "s",
    digits: 2,
    why: "tracelet starts two Node processes and takes a first and a last sample even of a command that does nothing",
  },
  {
    figure: "cpu",
    head: "CPU time a minute",
    unit: "s",
    digits: 2,
    why: "tracelet reads the whole machine, its container and its disks and network as well, not the command alone",
  },
  {
    figure: "slowdown",
    head: "slowdown of a job on all cores (95 %)",
    unit: "%",
    digits: 1,
    why: "tracelet reads the whole machine each second, not the command alone",
  },
  {
    figure: "memory",
    head: "memory (PSS)",
    unit: "MB",
    digits: 0,
    why: "tracelet has a process for the command's output and another for watching, so that neither can stop the other",
  },
];
