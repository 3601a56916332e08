import { cpus, totalmem } from "node:os";

import { expect, test } from "vitest";

import { readElsewhere } from "./elsewhere-programs.ts";

/** What only programs tell on macOS: without them every default of systeminformation would be a lie. */
const FROM_PROGRAMS = [
  "cpu_count_physical",
  "memory_available",
  "memory_used",
  "memory_percent",
  "swap_total",
  "swap_used",
  "disk_read_bytes",
  "disk_write_bytes",
  "network_bytes_sent",
  "network_bytes_recv",
  "process_counts",
  "total_processes",
];

test("on a Mac without its programs nothing that they would tell is a reading, and each has a reason", async () => {
  const { readings, unavailable, inventory } = await readElsewhere("darwin", {});
  expect(Object.keys(readings).filter((key) => FROM_PROGRAMS.includes(key))).toEqual([]);
  const told = unavailable.filter(({ reason }) => reason !== "").flatMap(({ metrics }) => metrics);
  expect(FROM_PROGRAMS.filter((key) => !told.includes(key))).toEqual([]);
  expect(readings).toMatchObject({ memory_total: totalmem(), cpu_count_logical: cpus().length });
  expect(inventory).not.toHaveProperty("cpu_count_physical");
  expect(inventory).not.toHaveProperty("cpu_model");
  expect(Object.values(inventory)).not.toContain("unknown");
});

test("on a Mac what its programs say is read", async () => {
  const { readings, inventory } = await readElsewhere("darwin", {
    // As macOS 14 prints them on an M2 with 8 cores; the numbers are made up.
    sysctl: `case "$*" in
      *vm.pagesize*) echo 16384 ;;
      *vm.swapusage*) echo "total = 2048.00M  used = 1124.25M  free = 923.75M  (encrypted)" ;;
      *machdep.cpu*) printf 'machdep.cpu.brand_string: Apple M2\\nhw.packages: 1\\nhw.physicalcpu_max: 8\\nhw.ncpu: 8\\nhw.tbfrequency: 24000000\\n' ;;
      *) exit 1 ;;
    esac`,
    vm_stat: `cat <<'END'
Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                                4102.
Pages active:                            131072.
Pages inactive:                          125003.
Pages speculative:                          912.
Pages throttled:                              0.
Pages wired down:                          2048.
Pages purgeable:                           1024.
File-backed pages:                        90112.
Anonymous pages:                           5120.
Pages stored in compressor:              301021.
Pages occupied by compressor:              1024.
END`,
    ps: `cat <<'END'
  PID  PPID  %CPU %MEM PRI temp_title_1 temp_title_2 NI temp_title_3 STAT TTY      USER             COMMAND
    1     0   0.4  0.1  37    410071232        21440  0     05-01:02 Ss   ??       root             /sbin/launchd
  412     1   0.0  0.2  31    410320128        30112  0     05-01:01 S    ??       ada              /usr/libexec/UserEventAgent
 9120  8801  98.1  4.0  31    411201536       671088  0        02:11 R+   ttys001  ada              python train.py
END`,
    ioreg: `case "$*" in
      *IOBlockStorageDriver*) cat <<'END'
    +-o IOBlockStorageDriver  <class IOBlockStorageDriver, id 0x100000300>
    |   "Statistics" = {"Operations (Write)"=20,"Latency Time (Write)"=0,"Bytes (Read)"=123456789,"Errors (Write)"=0,"Total Time (Read)"=1,"Latency Time (Read)"=0,"Retries (Read)"=0,"Errors (Read)"=0,"Total Time (Write)"=2,"Bytes (Write)"=987654321,"Operations (Read)"=10,"Retries (Write)"=0}
END
      ;;
      *) exit 1 ;;
    esac`,
    sw_vers: `printf 'ProductName:\\t\\tmacOS\\nProductVersion:\\t\\t14.5\\nBuildVersion:\\t\\t23F79\\n'`,
  });
  // Less than this machine has in use: what is not, is cached to systeminformation.
  const used = (5120 - 1024 + 2048 + 1024) * 16_384;
  expect(readings).toMatchObject({
    cpu_count_physical: 8,
    memory_total: totalmem(),
    memory_used: used,
    memory_available: totalmem() - used,
    swap_total: 2048 * 1024 ** 2,
    swap_used: 1124.25 * 1024 ** 2,
    disk_read_bytes: 123_456_789,
    disk_write_bytes: 987_654_321,
    total_processes: 3,
    process_counts: { running: 1, sleeping: 2, "disk-sleep": 0 },
  });
  expect(inventory).toMatchObject({ cpu_count_physical: 8, cpu_model: expect.stringContaining("M2") });
});
