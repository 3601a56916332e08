// Every benchmark whose figures the README quotes: the file, what is typed behind it, and the same for a quick look. `id`
// is what the rows of the table call it.
export const PLAN = [
  { id: "startup", file: "startup.mjs", full: ["25"], quick: ["10"] },
  { id: "relay", file: "relay.mjs", full: ["5"], quick: ["3", "500"] },
  { id: "latency", file: "latency.mjs", full: ["2000"], quick: ["1000"] },
  { id: "idle", file: "idle.mjs", full: ["60"], quick: ["20"] },
  { id: "idle-20", file: "idle.mjs", full: ["60", "20"], quick: ["20", "20"] },
  { id: "host-tick", file: "host-tick.mjs", full: ["7"], quick: ["3"] },
  { id: "process-table", file: "process-table.mjs", full: ["300"], quick: ["300"] },
  { id: "workload", file: "workload.mjs", full: ["20"], quick: ["20"] },
  { id: "memory", file: "memory.mjs", full: ["2000000"], quick: ["400000"] },
  { id: "extract-ordinary", file: "extract.mjs", full: ["8", "ordinary"], quick: ["4", "ordinary"] },
  { id: "extract", file: "extract.mjs", full: ["1"], quick: ["1"] },
  { id: "mlflow-upload", file: "mlflow-upload.mjs", full: ["1000000"], quick: ["100000"] },
  { id: "wandb-write", file: "wandb-write.mjs", full: ["1000000"], quick: ["200000"] },
  { id: "tensorboard-write", file: "tensorboard-write.mjs", full: ["1000000"], quick: ["200000"] },
  { id: "report", file: "report.mjs", full: ["1000000"], quick: ["200000"] },
  { id: "overhead", file: "overhead.mjs", full: ["300"], quick: ["60"] },
  { id: "peers", file: "peers.mjs", full: ["--full"], quick: ["--quick"] },
];
