import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { renderRunDetails } from "../../src/terminal/run-details.ts";
import { renderRuns } from "../../src/terminal/runs-table.ts";
import { renderSnapshot } from "../../src/terminal/snapshot.ts";
import { renderSyncRow } from "../../src/terminal/sync.ts";
import { textWidth } from "../../src/terminal/width.ts";
import { FALLING, FULL_RUN, PLAIN_RUN, ROWS } from "./literals.ts";

const PIPE = {};
const NARROW = { isTTY: true, columns: 80 };
const WITHOUT_COLOURS = { NO_COLOR: "1" };
const NOW = { env: WITHOUT_COLOURS, now: Date.UTC(2026, 10, 22, 21, 16) };

describe("runs", () => {
  test("are one line each, with the signal where there is no exit status", () => {
    const [head, running, killed, ...rest] = renderRuns(ROWS, PIPE, NOW).split("\n");
    expect(head).toMatch(/^STARTED +NAME +PROJECT +STATUS +EXIT +DURATION +ID$/);
    expect(running).toMatch(/^\d{4}-\d\d-\d\d [\d:]{8} {2}calm-heron +digits +running +30 s +20261122-211530-aaaa$/);
    expect(killed).toMatch(/brave-otter +digits +killed +SIGTERM +2 min 3 s +20261122-201530-k3f9$/);
    expect(rest).toEqual([]);
  });

  test("say how to start one when there are none", () => {
    expect(renderRuns([], PIPE)).toBe("there are no runs here yet; start one with: tracelet run -- COMMAND");
  });

  test("have long names cut to the terminal, but not in a pipe, and ids never", () => {
    const rows = ROWS.map((row) => ({ ...row, name: "n".repeat(60), project: "p".repeat(60) }));
    const lines = renderRuns(rows, { isTTY: true, columns: 100 }, NOW).split("\n");
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(100);
    expect(lines[1]).toMatch(/n+… +p+… .*20261122-211530-aaaa$/);
    expect(renderRuns(rows, PIPE, NOW)).toContain("n".repeat(60));
  });

  test("fit 80 columns with the shorter time and without the project", () => {
    const lines = renderRuns(ROWS, NARROW, NOW).split("\n");
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(80);
    expect(lines[2]).toMatch(/^\d\d-\d\d \d\d:\d\d {2}brave-otter +killed +SIGTERM +2 min 3 s +20261122-201530-k3f9$/);
  });

  test("ask the terminal about colours where no environment is given, and have no duration without a clock", () => {
    expect(renderRuns(ROWS, { ...NARROW, getColorDepth: () => 4 })).toContain("\u001b[33mkilled");
    expect(renderRuns(ROWS, { ...NARROW, getColorDepth: () => 1 })).not.toContain("\u001b");
    expect(renderRuns(ROWS, PIPE)).toMatch(/running +20261122-211530-aaaa/);
  });

  test("have a coloured status on a terminal", () => {
    expect(renderRuns(ROWS, NARROW, { ...NOW, env: {} })).toContain("\u001b[33mkilled");
  });
});

describe("show", () => {
  test("has a section for everything there is", () => {
    const text = renderRunDetails(FULL_RUN, PIPE);
    expect(text).toMatch(/^brave-otter {2}failed with exit status 3\n/);
    expect(text).toContain("command   python train.py --lr 3e-4");
    expect(text).toContain("git       main at 0123456789");
    expect(text).toMatch(/\nloss +100 +2\.31 +0\.12 +0\.11 +90 +2\.31 +1\n/);
    expect(text).toMatch(/memory_used +6\.52 GiB +6\.05 GiB +5\.59 GiB +6\.61 GiB/);
    expect(text).toMatch(/gpu_0_temperature +71 °C/);
    expect(text).toContain("warning   memory_percent 87.3 > 85, for 1 min");
    expect(text).toContain("critical  cpu_percent 100 > 90, to the end");
    expect(text).toContain("type: tracelet sync 20261122-201530-k3f9");
    expect(text).toContain("gpu_count: the driver does not answer (try nvidia-smi)");
    expect(text).toContain("output, 3 MiB: the disk is full");
    expect(text).toContain("12 B of the journal at byte 4096: no JSON");
  });

  test("has no empty sections", () => {
    const text = renderRunDetails(PLAIN_RUN, PIPE);
    expect(text).not.toMatch(/Params|Tags|METRIC|SYSTEM|Alerts|Uploads|Machine|Not available|Not kept|Damaged/);
  });

  test("says which interval auto came to, where that is known", () => {
    const auto = { ...PLAIN_RUN, header: { ...PLAIN_RUN.header, interval: "auto" as const } };
    const { interval: _, ...unknown } = auto;
    expect(renderRunDetails(PLAIN_RUN, PIPE)).toMatch(/^ +samples +2 \(interval 10 s\)$/m);
    expect(renderRunDetails(auto, PIPE)).toMatch(/^ +samples +2 \(interval auto, 10 s\)$/m);
    expect(renderRunDetails(unknown, PIPE)).toMatch(/^ +samples +2 \(interval auto\)$/m);
  });

  test("has the verdict, and the course of each metric where there is room", () => {
    const findings = [{ id: "idle-gpu", sentence: "GPU 2 did nothing", advice: "ask for fewer" }];
    const view = { ...FULL_RUN, findings, metrics: { loss: { ...FALLING, course: [3, 2, 1] }, none: FALLING } };
    const wide = renderRunDetails(view, PIPE);
    expect(wide).toContain("\nVerdict\n  GPU 2 did nothing\n  → ask for fewer\n");
    expect(wide).toMatch(/^METRIC +COURSE +POINTS .*\nloss +█▅▁ +100 .*\nnone +100 /m);
    expect(renderRunDetails(view, NARROW)).not.toContain("COURSE");
    expect(renderRunDetails(view, PIPE, { env: { LANG: "C" } })).toMatch(/-> ask for fewer\n[^]*loss +#=_ /);
  });

  test("says when it shows only the newest alerts", () => {
    expect(renderRunDetails({ ...FULL_RUN, alertCount: { all: 5000, critical: 1 } }, PIPE)).toContain(
      "Alerts (the newest 2 of 5000)",
    );
  });

  test("has its tables fit a narrow terminal", () => {
    const view = { ...PLAIN_RUN, metrics: { [`validation/${"very_".repeat(20)}long_loss`]: FALLING } };
    for (const line of renderRunDetails(view, NARROW, { env: WITHOUT_COLOURS }).split("\n")) {
      expect(textWidth(line)).toBeLessThanOrEqual(80);
    }
  });
});

describe("snapshot", () => {
  const GIB = 1024 ** 3;
  const SNAPSHOT: Snapshot = {
    timestamp: 0,
    metrics: {
      cpu_percent: 41.2,
      cpu_count_logical: 16,
      cpu_count_physical: 8,
      cpu_per_core: [10, 72],
      load_average: [1, 0.5, 0.25],
      memory_total: 16 * GIB,
      memory_used: 6 * GIB,
      memory_percent: 37.5,
      swap_total: 0,
      swap_used: 0,
      gpu_count: 2,
      total_processes: 312,
      process_counts: { running: 2, sleeping: 310, zombie: 0 },
      tracelet_cpu_percent: 0.4,
      tracelet_memory_rss: 64 * 1024 ** 2,
      queue_length: 12,
    },
    gpu: [
      {
        index: 0,
        name: "NVIDIA H100",
        utilization: 83,
        memory_used: 8 * GIB,
        memory_total: 80 * GIB,
        temperature: 54,
        power: 300,
      },
      { index: 1 },
    ],
    processes: [{ pid: 42, name: "python", status: "running", memory_rss: GIB, memory_percent: 6.25 }],
    unavailable: [{ state: "unavailable", metrics: ["disk_total", "disk_used"], reason: "there is no /tmp" }],
  };
  const text = renderSnapshot(SNAPSHOT, PIPE);

  test("shows percentages as bars and sizes in units that people read", () => {
    expect(text).toContain("rates and percentages of time are over one second");
    expect(text).toMatch(/^CPU +█{8}░{12} +41 % {2}16 logical cores, 8 physical$/m);
    expect(text).toMatch(/^ {2}core 1 +█{14}░{6} +72 %$/m);
    expect(text).toMatch(/^ {2}load +1\.00 0\.50 0\.25 \(1, 5 and 15 min\)$/m);
    expect(text).toMatch(/^Memory .* 38 % {2}6 GiB of 16 GiB$/m);
    expect(text).toMatch(/^ {2}swap +none$/m);
    expect(text).toMatch(/^GPU 0 .* 83 % {2}NVIDIA H100, 54 °C, 300 W$/m);
    expect(text).toMatch(/^ {2}memory +8 GiB of 80 GiB$/m);
    expect(text).toMatch(/^GPU 1 +present$/m);
    expect(text).toMatch(/^Processes +312 in all, 2 running, 310 sleeping$/m);
  });

  const MEASURED = {
    cpu_pressure_percent: 3.25,
    memory_pressure_percent: 1,
    memory_pressure_full_percent: 0.5,
    io_pressure_percent: 0,
    io_pressure_full_percent: 0,
    container_cpu_percent: 90,
    container_cpu_limit: 1.5,
    container_cpu_throttled_percent: 25,
    container_memory_limit: 2 * GIB,
    container_memory_working_set: GIB,
    container_memory_percent: 50,
    container_oom_kills: 1,
    disk_read_bytes_per_second: 2 * 1024 ** 2,
    disk_write_bytes_per_second: 0.25,
    disk_read_bytes: 3 * GIB,
    disk_write_bytes: GIB,
    network_bytes_sent_per_second: 1024,
    network_bytes_recv_per_second: 0,
    network_bytes_sent: GIB,
    network_bytes_recv: GIB,
    shm_total: GIB,
    shm_used: GIB / 2,
    shm_percent: 50,
    total_processes: 312,
    process_counts: { running: 2, sleeping: 290, idle: 17, stopped: 1, zombie: 2 },
    open_files: 15,
  };

  test("has rates before totals, what waited, and what a container leaves", () => {
    const all = renderSnapshot({ ...SNAPSHOT, metrics: MEASURED, gpu: [], unavailable: [] }, PIPE);
    expect(all).toMatch(/^Waiting +for CPU 3\.3 %, for memory 1 % \(all work 0\.5 %\), for the disk 0 %$/m);
    expect(all).toMatch(/^Container +what its limits leave$/m);
    expect(all).toMatch(/^ {2}CPU .* 90 % {2}of 1\.5 cores, throttled in 25 % of periods$/m);
    expect(all).toMatch(/^ {2}memory .* 50 % {2}1 GiB of 2 GiB, 1 OOM kill$/m);
    expect(all).toMatch(
      /^Disk +2 MiB\/s read, 0\.25 B\/s written\n +3 GiB read since boot, 1 GiB written since boot$/m,
    );
    expect(all).toMatch(/^ {2}\/dev\/shm .* 50 % {2}512 MiB of 1 GiB$/m);
    expect(all).toMatch(/^Network +1 KiB\/s sent, 0 B\/s received\n +1 GiB sent, 1 GiB received$/m);
  });

  test.each([80, 60])("breaks its lines between words for %i columns", (columns) => {
    const unavailable = [{ state: "unavailable" as const, metrics: ["a_key", "b_key"], reason: "word ".repeat(30) }];
    const narrow = renderSnapshot(
      { ...SNAPSHOT, metrics: MEASURED, gpu: [], processes: [], unavailable },
      { isTTY: true, columns },
      { env: WITHOUT_COLOURS },
    );
    for (const row of narrow.split("\n").slice(1)) expect(textWidth(row)).toBeLessThanOrEqual(columns);
    expect(narrow).toContain("15 files open by tracelet");
  });

  test("says what reading it cost", () => expect(text).toMatch(/^tracelet +CPU 0\.4 % of a core, memory 64 MiB$/m));

  test("shows a key it has no place for under its name", () => {
    expect(text).toMatch(/^queue_length +12$/m);
  });

  test("leaves out what was not read, and has its reason at the end", () => {
    expect(text).not.toMatch(/^(Disk|Network|Up)/m);
    expect(text).toMatch(/\n\nNot available\n {2}disk_total, disk_used: there is no \/tmp$/);
  });

  test("has a table of processes where one was asked for", () => {
    expect(text).toMatch(/^42 +|^ +42 +python +running +1 GiB +6\.3 %$/m);
    const { processes: _processes, ...without } = SNAPSHOT;
    expect(renderSnapshot(without, PIPE)).not.toContain("PID");
  });

  test("tells no GPU from GPUs that nobody could count", () => {
    const empty = { timestamp: 0, gpu: [], unavailable: [] };
    expect(renderSnapshot({ ...empty, metrics: { gpu_count: 0 } }, PIPE)).toMatch(/^GPU +none$/m);
    expect(renderSnapshot({ ...empty, metrics: {} }, PIPE)).toContain("nothing of this machine could be read");
  });
});

describe("sync", () => {
  const ROW = { id: "20261122-201530-k3f9", name: "brave-otter", backend: "mlflow", sent: 12, rejected: 0 };
  const url = "http://127.0.0.1:5000/#/experiments/1";

  test("is one line for each run and backend", () => {
    expect(renderSyncRow({ ...ROW, state: "uploaded", url })).toBe(
      `brave-otter (20261122-201530-k3f9)  mlflow: 12 points uploaded  ${url}`,
    );
    expect(renderSyncRow({ ...ROW, state: "unchanged", sent: 0 })).toContain("nothing new");
    expect(renderSyncRow({ ...ROW, state: "running", rejected: 1 })).toContain(
      "when the run ends; 1 entry refused for good",
    );
  });

  test("says why an upload failed and how to try again", () => {
    expect(renderSyncRow({ ...ROW, state: "failed", error: "no connection\n", sent: 0, url })).toBe(
      "brave-otter (20261122-201530-k3f9)  mlflow: not uploaded: no connection; to try again, type: tracelet sync 20261122-201530-k3f9",
    );
  });
});
