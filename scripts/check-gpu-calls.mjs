// Records what each call of NVML costs and answers.

/** What is kept of the memory that a function wrote to. */
const MOST_BYTES = 160;
/** Functions that read numbers at the start of that memory first, and how many bytes at most. */
const READS = /MemoryInfo_v2|TemperatureV|QueryDeviceSupport/;
const MOST_READ = 12;
/** The size of the memory that we use again for every call: what an earlier one has left there is no answer. */
const SHARED_BYTES = 128;
/** These say which card it is, and nothing else. */
const PRIVATE = /^nvmlDeviceGet(UUID|PciInfo)/;

/** The same functions, and what is known of the calls of each: microseconds, codes, and what the last good one wrote. */
export function recorded(library) {
  const calls = new Map();
  const nvml = Object.fromEntries(
    Object.entries(library).map(([name, call]) => [
      name,
      (...values) => {
        const memory = values.filter((value) => ArrayBuffer.isView(value));
        for (const { buffer, byteLength } of memory) {
          if (byteLength === SHARED_BYTES) new Uint8Array(buffer).fill(0, READS.test(name) ? MOST_READ : 0);
        }
        const begun = performance.now();
        const code = call(...values);
        const taken = 1000 * (performance.now() - begun);
        const known = calls.get(name) ?? { count: 0, total: 0, max: 0, codes: new Map(), answer: {} };
        known.count += 1;
        known.total += taken;
        known.max = Math.max(known.max, taken);
        known.codes.set(code, (known.codes.get(code) ?? 0) + 1);
        if (code === 0 && !PRIVATE.test(name)) known.answer = { wrote: memory.map(inHex) };
        calls.set(name, known);
        return code;
      },
    ]),
  );
  return { nvml, calls };
}

/** The bytes without the zeros at their end. */
function inHex({ buffer, byteOffset, byteLength }) {
  const hex = Buffer.from(buffer, byteOffset, Math.min(byteLength, MOST_BYTES)).toString("hex");
  return hex.replace(/(00)+$/, "");
}
