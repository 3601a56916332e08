import { coresOf, diedOf, grown, isLong, mostThrottled, usedCores, wholeCores } from "./figures.ts";
import { rule, type Rule } from "./rule.ts";
import { count, number, share, size, sizeOf, span } from "./words.ts";

const GIBIBYTE = 1024 ** 3;

/** The rules, the most important first: what ended the run, what spoilt it, what slowed it down, what it cost. */
export const RULES: readonly Rule[] = [
  rule({
    id: "killed-for-memory",
    source: "oom_kill of memory.events and of /proc/vmstat, https://docs.kernel.org/admin-guide/cgroup-v2.html",
    at: { kills: 1 },
    judge({ death, series }, at) {
      const limit = series["container_memory_limit"]?.last;
      const kills = grown(series["container_oom_kills"]);
      const isKilled = death?.findings.some(({ text }) => text.startsWith("the kernel killed")) === true;
      if (!isKilled && kills < at.kills) return undefined;
      const whom = isKilled
        ? "The command was killed"
        : `${count(kills, "process", "processes")} of the container were killed`;
      const seen = series["container_memory_working_set"]?.max;
      const peak =
        seen === undefined || limit === undefined
          ? ""
          : `, last seen at ${sizeOf(seen, limit)} (container_memory_working_set)`;
      return {
        sentence: `${whom} by the kernel for memory${peak}`,
        advice: "ask for more memory, or run fewer loader workers or a smaller batch",
      };
    },
  }),
  rule({
    id: "out-of-gpu-memory",
    source: "the words of CUDA, HIP, PyTorch and TensorFlow in the output; see docs/alerts.md",
    at: {},
    judge({ death, series, gpus }) {
      if (!diedOf(death, "out of GPU memory")) return undefined;
      const fullest = gpus
        .map(
          ({ name }) =>
            [series[`gpu_${name}_memory_used`]?.max, series[`gpu_${name}_memory_total`]?.last, name] as const,
        )
        .sort(([one = 0], [other = 0]) => other - one)[0];
      const [used, total, name] = fullest ?? [];
      const seen =
        used === undefined || total === undefined
          ? ""
          : `, last seen at ${sizeOf(used, total)} (gpu_${name}_memory_used)`;
      return {
        sentence: `The GPU had no memory left${seen}`,
        advice: "make the batch smaller and accumulate gradients, or recompute activations (checkpointing)",
      };
    },
  }),
  rule({
    id: "disk-full",
    source: "ENOSPC in the output, or less room than a checkpoint needs (statfs)",
    at: { freeBytes: 100 * 1024 ** 2 },
    judge({ death, series }, at) {
      const free = series["disk_free"]?.min;
      const isFull = free !== undefined && free < at.freeBytes;
      if (!diedOf(death, "disk full") && !isFull) return undefined;
      const seen = free === undefined ? "" : `: ${size(free)} were free at the least (disk_free)`;
      return {
        sentence: `The disk that the run writes to was full${seen}`,
        advice: "delete old checkpoints, keep fewer of them, or write elsewhere",
      };
    },
  }),
  rule({
    id: "shared-memory-full",
    source:
      "where PyTorch's loaders pass batches on, https://docs.pytorch.org/docs/stable/multiprocessing.html; 64 MiB in Docker by default",
    at: { percent: 95 },
    judge({ death, series }, at) {
      const peak = series["shm_percent"]?.max;
      const isFull = peak !== undefined && peak >= at.percent;
      if (!diedOf(death, "shared memory full") && !isFull) return undefined;
      const total = series["shm_total"]?.last;
      const of = total === undefined ? "" : ` of ${size(total)}`;
      return {
        sentence: `/dev/shm${of} was full${peak === undefined ? "" : `: ${share(peak)} at the most (shm_percent)`}`,
        advice: "give the container more of it (docker run --shm-size, or --ipc=host), or run fewer loader workers",
      };
    },
  }),
  rule({
    id: "loss-not-finite",
    source: "a loss that is not finite does not come back by itself; three points in a row are no placeholder",
    at: { points: 3, recoveries: 2 },
    judge({ losses }, at) {
      const lost = losses.find(
        ({ points, before, recoveries }) => points >= at.points && before >= at.points && recoveries <= at.recoveries,
      );
      if (lost === undefined) return undefined;
      const { key, isNan, since, points, before } = lost;
      return {
        sentence: `${key} is ${isNan ? "nan" : "not finite"} from step ${since} to the end (${points} of ${points + before} points)`,
        advice: `go on from a checkpoint before step ${since} with a lower learning rate, clipped gradients or bf16 instead of fp16`,
      };
    },
  }),
  rule({
    id: "idle-gpu",
    source:
      "a GPU that the command was given, or holds memory of, and that never works is one that no process has work for",
    at: { idlePercent: 1, workingPercent: 20, seconds: 300 },
    judge({ gpus, work }, at) {
      if (work === undefined || work.seconds < at.seconds) return undefined;
      const ours = gpus.filter(({ isOurs }) => isOurs);
      const idle = ours.filter(({ peakUtilization }) => peakUtilization <= at.idlePercent);
      const working = ours.filter(({ peakUtilization }) => peakUtilization >= at.workingPercent);
      if (idle.length === 0 || working.length === 0) return undefined;
      const names = idle.map(({ name }) => name.replace("_", " ")).join(", ");
      return {
        sentence: `${idle.length} of the ${ours.length} GPUs of the command did nothing (gpu_${idle[0]?.name}_utilization): GPU ${names}`,
        advice: "start a process for each GPU (torchrun --nproc-per-node), or ask for fewer",
      };
    },
  }),
  rule({
    id: "input-bound",
    source:
      "jobstats marks jobs below a quarter to a half of a GPU's time, https://github.com/PrincetonUniversity/jobstats; ours must also show what was waited for",
    at: { idlePercent: 25, seconds: 120, samples: 12, fullPercent: 90, ioPercent: 20, readBytes: 1e6, freeCores: 1 },
    judge: (evidence, at) => {
      const { work, series } = evidence;
      if (work === undefined || !isLong(work, at) || work.idlePercent < at.idlePercent) return undefined;
      const { whileIdle } = work;
      const cores = coresOf(series);
      const busy = usedCores(whileIdle);
      const gpus = `The GPUs were busy only ${share(100 - work.idlePercent)} of the time (gpu_utilization)`;
      const full = whileIdle["container_cpu_percent"] ?? whileIdle["cpu_percent"] ?? 0;
      // On a machine that is shared the cores may be busy with somebody else's work.
      if (full >= at.fullPercent && cores !== undefined && busy !== undefined && busy >= 0.8 * cores) {
        return {
          sentence: `${gpus} while ${number(busy)} of ${count(cores, "core")} were busy (workload_cpu_percent): bound by the CPU`,
          advice:
            "ask for more cores, or do less per sample on the CPU: decode and augment ahead of time, or on the GPU",
        };
      }
      const reads = (whileIdle["read_bytes_per_second"] ?? 0) >= at.readBytes;
      const pressure = whileIdle["io_pressure_percent"] ?? 0;
      const io =
        reads && pressure >= at.ioPercent ? `io pressure was ${share(pressure)} (io_pressure_percent)` : undefined;
      const loaders =
        cores !== undefined && busy !== undefined && cores - busy >= at.freeCores ? wholeCores(whileIdle) : undefined;
      if (loaders !== undefined) {
        const who = loaders < 1.5 ? "one process of the command" : `${number(loaders)} processes of the command`;
        const also = io === undefined ? "" : ` and ${io}`;
        return {
          sentence: `${gpus} while ${who} kept a core busy${loaders < 1.5 ? "" : " each"}${also}: input-bound`,
          advice: "raise the number of loader workers; where these processes load nothing, profile them",
        };
      }
      if (io === undefined) return undefined;
      return {
        sentence: `${gpus} while the command read from disk and ${io}: input-bound`,
        advice: "raise the number of loader workers, or copy the data to a local disk first",
      };
    },
  }),
  rule({
    id: "write-stalls",
    source:
      "a tenth of the time is what checkpoints should stay well below, https://arxiv.org/abs/2104.01163 section 2",
    at: { percent: 10, count: 3, seconds: 120, samples: 12 },
    judge({ work }, at) {
      if (work === undefined || !isLong(work, at)) return undefined;
      const { count: times, seconds, bytes } = work.writeStalls;
      const percent = (100 * seconds) / work.seconds;
      if (percent < at.percent || times < at.count) return undefined;
      return {
        sentence: `The GPUs stood still ${share(percent)} of the time while the command wrote ${size(bytes / seconds)}/s to disk (workload_disk_write_bytes), ${times} times for ${span(seconds / times)}`,
        advice: "write checkpoints less often, or in the background (torch.distributed.checkpoint's async_save)",
      };
    },
  }),
  rule({
    id: "cpu-throttled",
    source:
      "CPUThrottlingHigh of kubernetes-mixin: 25 % of the periods, https://github.com/kubernetes-monitoring/kubernetes-mixin",
    at: { percent: 25, seconds: 120, idlePercent: 15 },
    judge({ series, work }, at) {
      const throttled = series["container_cpu_throttled_percent"];
      const limit = series["container_cpu_limit"]?.last;
      if (throttled === undefined || limit === undefined || throttled.seconds < at.seconds) return undefined;
      // GPUs that are busy all the same do not wait for it.
      if (throttled.mean < at.percent || (work !== undefined && work.idlePercent < at.idlePercent)) return undefined;
      return {
        sentence: `CPU throttled in ${share(throttled.mean)} of the periods (container_cpu_throttled_percent): the container's limit of ${count(limit, "core")} is a bottleneck`,
        advice: "ask for more cores, or start fewer threads and workers than the limit has cores",
      };
    },
  }),
  rule({
    id: "thermally-throttled",
    source:
      "violation counters and clock event reasons of NVML, https://docs.nvidia.com/deploy/nvml-api; a cooled card has none",
    at: { percent: 5, seconds: 120, samples: 12 },
    judge(evidence, at) {
      const worst = mostThrottled(evidence, "thermal", at) ?? mostThrottled(evidence, "hardware", at);
      if (worst === undefined) return undefined;
      const peak = evidence.series[`gpu_${worst.gpu}_temperature`]?.max;
      const at2 = peak === undefined ? "" : `, at up to ${number(peak)} °C`;
      return {
        sentence: `GPU ${worst.gpu.replace("_", " ")} was slowed down ${share(worst.percent)} of the time to protect itself (${worst.key})${at2}`,
        advice: "see to the cooling and the power supply, or tell who runs the machine",
      };
    },
  }),
  rule({
    id: "memory-grows",
    source: "the line through the second half of the run; a run of twice the length would reach the limit",
    at: { seconds: 900, fit: 0.9, bytes: GIBIBYTE, ratio: 2 },
    judge({ growth, series, seconds }, at) {
      const limit = series["container_memory_limit"]?.last;
      const used = series["container_memory_working_set"]?.last;
      const available = series["memory_available"]?.last;
      const room = limit !== undefined && used !== undefined ? Math.min(limit - used, available ?? limit) : available;
      if (growth === undefined || room === undefined || growth.seconds < at.seconds || growth.fit < at.fit)
        return undefined;
      const { slope, machineSlope } = growth;
      // Mapped files are in the command's memory and not in what the machine calls used: both have to grow alike.
      const isBoth = slope > 0 && machineSlope >= slope / at.ratio && machineSlope <= slope * at.ratio;
      const left = room / slope;
      if (!isBoth || slope * growth.seconds < at.bytes || left > seconds) return undefined;
      return {
        sentence: `The command's memory grew by ${size(slope * 3600)} an hour to the end (workload_memory_rss); ${size(Math.max(0, room))} were left, which is ${span(Math.max(0, left))} at that rate`,
        advice:
          "look for what is kept from step to step: tensors with their graph (loss instead of loss.item()), lists, caches",
      };
    },
  }),
  rule({
    id: "swapping",
    source:
      "pressure stall information, https://docs.kernel.org/accounting/psi.html; swap that is only parked costs nothing",
    at: { bytes: GIBIBYTE / 2, pressurePercent: 5, faults: 1000, seconds: 60 },
    judge({ series }, at) {
      const swap = series["swap_used"];
      const pressure = series["memory_pressure_percent"];
      const faults = grown(series["workload_major_faults"]);
      if (swap === undefined || pressure === undefined || pressure.seconds < at.seconds) return undefined;
      const grew = swap.max - swap.first;
      if (grew < at.bytes || pressure.mean < at.pressurePercent || faults < at.faults) return undefined;
      return {
        sentence: `Swap in use grew by ${size(grew)} (swap_used) and tasks waited for memory ${share(pressure.mean)} of the time (memory_pressure_percent)`,
        advice: "use less memory or ask for more: fewer loader workers, a smaller cache or batch",
      };
    },
  }),
  rule({
    id: "power-capped",
    source: "the share of violation time by power of NVML; half of the time is no transient",
    at: { percent: 50, seconds: 300, samples: 12 },
    judge(evidence, at) {
      const worst = mostThrottled(evidence, "power", at);
      if (worst === undefined) return undefined;
      const limit = evidence.series[`gpu_${worst.gpu}_power_limit`]?.last;
      const cap = limit === undefined ? "its power limit" : `its limit of ${number(limit)} W`;
      return {
        sentence: `GPU ${worst.gpu.replace("_", " ")} ran into ${cap} ${share(worst.percent)} of the time (${worst.key})`,
        advice:
          "raise the limit where it is below the card's maximum (nvidia-smi -q -d POWER); else this is all that it can give",
      };
    },
  }),
  rule({
    id: "memory-unused",
    source:
      "Job Defense Shield writes to users below 35 %, and jobstats adds a fifth, https://github.com/PrincetonUniversity/job_defense_shield",
    at: { ratio: 0.35, margin: 1.2, limitBytes: 16 * GIBIBYTE, machineRatio: 0.9, seconds: 600 },
    judge({ end, series, seconds }, at) {
      const limit = series["container_memory_limit"]?.last;
      const used = series["container_memory_working_set"];
      const machine = series["memory_total"]?.last;
      // A run that ended early has not shown what it needs.
      if (end?.status !== "finished" || limit === undefined || used === undefined || machine === undefined)
        return undefined;
      if (seconds < at.seconds || limit < at.limitBytes || limit > at.machineRatio * machine) return undefined;
      if (used.max > at.ratio * limit) return undefined;
      return {
        sentence: `The container has ${size(limit)} of memory and used ${size(used.max)} at the most (container_memory_working_set)`,
        advice: `${number(Math.ceil((at.margin * used.max) / GIBIBYTE))} GiB would do`,
      };
    },
  }),
  rule({
    id: "tracelet-cost",
    source: "the default of --interval-budget is 1 % of a core",
    at: { percent: 5, seconds: 120 },
    judge({ series }, at) {
      const own = series["tracelet_cpu_percent"];
      if (own === undefined || own.seconds < at.seconds || own.mean < at.percent) return undefined;
      return {
        sentence: `Watching took ${share(own.mean)} of a core (tracelet_cpu_percent)`,
        advice: "sample less often: --interval auto keeps it below 1 %",
      };
    },
  }),
];
