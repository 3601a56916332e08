import type { Nvml } from "./nvml-library.ts";
import type { NvmlQuestion } from "./nvml-question.ts";
import { wide } from "./nvml-scratch.ts";
import { isForGood, NVML } from "./nvml-status.ts";

/** Processes that there is room for at first, and at most. */
const ROOM = 64;
const MOST_ROOM = 4096;

/**
 * nvmlProcessInfo_t in words of 4 bytes: pid and a gap, the bytes it uses (two words), GPU instance, compute instance.
 * The first drivers of the 535 series have one more number of 8 bytes; nothing says so but the memory they write to.
 */
const WORDS = 6;
const MOST_WORDS = 8;
const UNTOUCHED = 0xa5a5_a5a5;

type List = (handle: bigint, count: Uint32Array, processes: Uint32Array) => number;

/**
 * The workload on the device: how many of its processes are there, and the bytes they use of its memory.
 *
 *   nvmlDeviceGetComputeRunningProcesses_v3, …Graphics…, …MPSCompute…
 *
 * Left out: both where the driver names no process that has a number in our namespace; the bytes where it does not tell
 * them of one, as on Windows.
 */
export function processesQuestion(nvml: Nvml): NvmlQuestion {
  let memory = new Uint32Array(ROOM * MOST_WORDS);
  const count = new Uint32Array(1);
  const lists: List[] = [
    inTwoForms(nvml.nvmlDeviceGetComputeRunningProcesses_v3, nvml.nvmlDeviceGetComputeRunningProcesses_v2),
    inTwoForms(nvml.nvmlDeviceGetGraphicsRunningProcesses_v3, nvml.nvmlDeviceGetGraphicsRunningProcesses_v2),
    nvml.nvmlDeviceGetMPSComputeRunningProcesses_v3,
  ];
  let stride: number | undefined;
  const found = new Map<number, number | undefined>();
  let isHidden = false;

  const ask = (list: List, handle: bigint): number => {
    const room = memory.length / MOST_WORDS;
    memory.fill(UNTOUCHED, 0, stride === undefined ? memory.length : 0);
    count[0] = room;
    return list(handle, count, memory);
  };
  const take = (pids: ReadonlySet<number>): void => {
    const listed = Math.min(count[0] ?? 0, memory.length / MOST_WORDS);
    if (listed === 0) return;
    stride ??= memory[listed * WORDS] === UNTOUCHED ? WORDS : MOST_WORDS;
    for (let at = 0; at < listed * stride; at += stride) {
      const pid = memory[at] ?? 0;
      if (pid === 0) isHidden = true;
      if (!pids.has(pid)) continue;
      const used = wide(memory[at + 2], memory[at + 3]);
      const known = found.get(pid);
      // One that computes and draws is in both lists, each time with all that it uses.
      if (found.has(pid)) found.set(pid, used === undefined || known === undefined ? undefined : Math.max(used, known));
      else found.set(pid, used);
    }
  };
  return {
    keys: ["workload_memory_used", "workload_processes"],
    ask({ handle, pids, put }) {
      found.clear();
      isHidden = false;
      let reason: number = NVML.NOT_SUPPORTED;
      let answered = 0;
      for (let index = 0; index < lists.length; index += 1) {
        const list = lists[index];
        if (list === undefined) continue;
        let code = ask(list, handle);
        if (code === NVML.INSUFFICIENT_SIZE && memory.length < MOST_ROOM * MOST_WORDS) {
          memory = new Uint32Array(Math.min(2 * Math.max(count[0] ?? 0, ROOM), MOST_ROOM) * MOST_WORDS);
          code = ask(list, handle);
        }
        if (code === NVML.SUCCESS) {
          answered += 1;
          take(pids);
        } else if (!isForGood(code)) return code;
        else {
          if (index === 0) reason = code;
          lists.splice(index, 1);
          index -= 1;
        }
      }
      if (answered === 0) return reason;
      // In a container without the host's process table the driver may call its processes 0: nobody can count them.
      if (pids.size === 0 || (isHidden && found.size === 0)) return NVML.SUCCESS;
      put("workload_processes", found.size);
      put("workload_memory_used", sumOf(found));
      return NVML.SUCCESS;
    },
  };
}

/** The newer function, or for good the older one where the driver has no newer. */
function inTwoForms(newer: List, older: List): List {
  let current = newer;
  return (handle, count, processes) => {
    const code = current(handle, count, processes);
    if (code !== NVML.FUNCTION_NOT_FOUND || current === older) return code;
    current = older;
    return current(handle, count, processes);
  };
}

/** `undefined` where one of them is not known. */
function sumOf(used: ReadonlyMap<number, number | undefined>): number | undefined {
  let sum = 0;
  for (const value of used.values()) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}
