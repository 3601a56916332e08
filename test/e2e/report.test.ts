import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  failedRun,
  fortySeries,
  longTraining,
  metricsRecord,
  type Scene,
  sampleRecord,
  shortRun,
  withoutMetrics,
  writeScene,
} from "../report/scenes.ts";
import { findChromium, startChromium } from "../support/chromium.ts";
import { runFolders, temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";

const executable = findChromium();

describe("tracelet report", () => {
  test("writes the newest run's page into its directory, and says where", async () => {
    const cwd = await temporaryFolder();
    await tracelet(["run", "--quiet", "--", process.execPath, "-e", "console.log('loss=0.5 step=1')"], { cwd });
    const [folder = ""] = await runFolders(cwd);
    const path = textOf(await tracelet(["report"], { cwd })).trim();
    expect(path).toBe(join(folder, "report.html"));
    expect(await readFile(path, "utf8")).toMatch(/^<!doctype html>[^]*<\/html>\s*$/);
  });

  test("writes it where it is told to, and to stdout", async () => {
    const cwd = await temporaryFolder();
    writeScene(join(cwd, ".tracelet"), shortRun());
    expect(textOf(await tracelet(["report", "quick-look", "--output", "page.html"], { cwd }))).toBe(
      `${join(cwd, "page.html")}\n`,
    );
    const printed = textOf(await tracelet(["report", "-o", "-"], { cwd }));
    expect(withoutTime(printed)).toBe(withoutTime(await readFile(join(cwd, "page.html"), "utf8")));
  });

  test.each([
    [["--output", "no/such/folder/page.html"], /cannot be written: .*; name another place with --output/],
    [["--output", "-", "--open"], /--open needs a file/],
    [["nosuchrun"], /there is no run "nosuchrun"/],
  ])("%j is told in one sentence", async (args, sentence) => {
    const cwd = await temporaryFolder();
    writeScene(join(cwd, ".tracelet"), shortRun());
    const { code, errors } = await tracelet(["report", ...args], { cwd });
    expect([code, errors.trim().split("\n").length]).toEqual([2, 1]);
    expect(errors).toMatch(sentence);
  });

  test("opens the page with the program for that", async () => {
    const cwd = await temporaryFolder();
    writeScene(join(cwd, ".tracelet"), shortRun());
    await writeFile(join(cwd, "xdg-open"), `#!/bin/sh\nprintf %s "$1" > opened\n`, { mode: 0o755 });
    const env = { PATH: `${cwd}:${process.env["PATH"]}` };
    const path = textOf(await tracelet(["report", "--open"], { cwd, env })).trim();
    await expect.poll(() => readFile(join(cwd, "opened"), "utf8").catch(() => ""), { timeout: 20_000 }).toBe(path);
  });

  test("says what to do where nothing can open it", async () => {
    const cwd = await temporaryFolder();
    writeScene(join(cwd, ".tracelet"), shortRun());
    const { code, errors } = await tracelet(["report", "--open"], { cwd, env: { PATH: cwd } });
    expect(code).toBe(0);
    expect(errors).toMatch(/xdg-open cannot be started \(ENOENT\); open .*report\.html yourself/);
  });
});

describe.skipIf(executable === undefined)("the page in Chromium (skipped where there is none)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium(executable ?? "");
  });
  afterAll(() => browser?.close());

  test("has one cursor for all charts, which the pointer moves", async () => {
    const { page } = await opened(browser, trained());
    const [first, second] = [page.locator(".chart").nth(0), page.locator(".chart").nth(1)];
    await expect.poll(() => first.locator(".legend .value").first().textContent()).toBe("0.5");
    await pointAt(page, first, 0.5);
    await expect.poll(() => first.locator(".tooltip").textContent()).toMatch(/^50\d* s|^50(\.\d+)? s/);
    expect(await first.locator(".tooltip").textContent()).toMatch(/train\/loss(0\.\d+|1) at step 50/);
    expect(await second.locator(".legend .value").first().textContent()).toMatch(/ at step 50$/);
    expect(await page.locator("#readout").textContent()).toMatch(/^50(\.\d+)? s · 2026-11-22 20:16:20$/);
  });

  test("zooms where it is dragged, in all charts, and shows everything again", async () => {
    const { page } = await opened(browser, trained());
    const chart = page.locator(".chart").first();
    await drag(page, chart, 0.25, 0.5);
    await expect.poll(() => page.locator("#reset").isEnabled()).toBe(true);
    await page.mouse.move(1, 1);
    await expect.poll(() => page.locator("#readout").textContent()).toMatch(/^2[45](\.\d+)? s .* — (49|50)(\.\d+)? s /);
    await page.locator("#reset").click();
    expect(await page.locator("#readout").textContent()).toMatch(/^0 s .* — 1 min 40 s /);
    expect(await page.locator("#reset").isEnabled()).toBe(false);
  });

  test("is moved, zoomed and read by keys alone, and says what they find", async () => {
    const { page } = await opened(browser, trained());
    await page.locator(".plot").first().focus();
    await page.keyboard.press("ArrowRight");
    await expect
      .poll(() => page.locator("#live").textContent())
      .toMatch(/^0 s · .*; train\/loss 1 at step 0; val\/loss/);
    await page.keyboard.press("ArrowRight");
    expect(await page.locator("#live").textContent()).toMatch(/^1 s · .*train\/loss \S+ at step 1;/);
    await page.keyboard.press("Shift+ArrowRight");
    expect(await page.locator("#live").textContent()).toMatch(/^11 s · /);
    await page.keyboard.press("End");
    expect(await page.locator("#live").textContent()).toMatch(/^1 min 40 s · .*train\/loss 0\.5 at step 100/);
    await page.keyboard.press("+");
    expect(await page.locator("#reset").isEnabled()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.locator("#reset").isEnabled()).toBe(false);
    await page.keyboard.press("l");
    expect(await page.locator("#log").isChecked()).toBe(true);
  });

  test("draws with a logarithmic axis, smoothed, with clock time and in the other colours", async () => {
    const { page, problems } = await opened(browser, trained());
    const canvas = page.locator(".chart canvas").first();
    const before = [await canvas.screenshot()];
    for (const act of [
      () => page.locator("#log").check(),
      () => page.locator("#smoothing").fill("0.9"),
      () => page.locator("#clock").check(),
      () => page.locator("#theme").click(),
    ]) {
      await act();
      await expect.poll(async () => (await canvas.screenshot()).equals(before.at(-1)!)).toBe(false);
      before.push(await canvas.screenshot());
    }
    expect(problems).toEqual([]);
  });

  test("switches a line off and on", async () => {
    const { page } = await opened(browser, trained());
    const [, line] = await page.locator(".chart").first().locator(".legend button").all();
    await line!.click();
    expect(await line!.getAttribute("aria-pressed")).toBe("false");
    await pointAt(page, page.locator(".chart").first(), 0.5);
    await expect.poll(() => page.locator(".tooltip").first().textContent()).toContain("train/loss");
    expect(await page.locator(".tooltip").first().textContent()).not.toContain("val/loss");
    await line!.click();
    expect(await line!.getAttribute("aria-pressed")).toBe("true");
  });

  test("shows one GPU of several, and tells of an alert at the cursor", async () => {
    const { page } = await opened(browser, longTraining({ hours: 0.1, gpus: 3, steps: 900 }));
    const chart = page.locator(".chart", { hasText: "GPU temperature" });
    await page.getByLabel("GPU 1", { exact: true }).check();
    await chart.scrollIntoViewIfNeeded();
    await expect
      .poll(() => chart.locator('[aria-pressed="true"]').allTextContents())
      .toEqual([expect.stringMatching(/^GPU 1/)]);
    await pointAt(page, chart, 0.44);
    await expect.poll(() => chart.locator(".tooltip").textContent()).toContain("warning: gpu_7_temperature 86 > 84");
  });

  test("has the verdict, and why it died", async () => {
    const { page } = await opened(browser, failedRun());
    const verdict = page.getByRole("region", { name: "Verdict" });
    expect(await verdict.textContent()).toMatch(/killed by the kernel for memory\.\s+Ask for more memory/);
    expect(await page.getByRole("region", { name: "Why it died" }).textContent()).toContain("23.9 of 24 GiB");
  });

  test("goes to the time of an alert that is clicked", async () => {
    const { page } = await opened(browser, failedRun());
    await page.locator("section", { hasText: "Alerts" }).locator(".moment").first().click();
    expect(await page.locator("#readout").textContent()).toMatch(/^4 min 21 s · /);
    expect(await page.locator(".legend .value").first().textContent()).toBe("nan at step 261");
  });

  const kinds: readonly (readonly [string, () => Scene])[] = [
    ["two seconds", shortRun],
    ["a day on eight GPUs", () => longTraining({ steps: 9000 })],
    ["no metrics", withoutMetrics],
    ["forty series", fortySeries],
    ["one that failed", failedRun],
    ["nothing at all", () => ({ records: [] })],
    ["one that goes on", () => ({ records: [...shortRun().records], end: "none" })],
  ];
  const views: readonly (readonly [string, BrowserContextOptions])[] = [
    ["a desktop", { viewport: { width: 1280, height: 900 } }],
    ["a dark phone", { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true }],
  ];
  test.each(kinds.flatMap(([name, scene]) => views.map(([view, options]) => [name, view, scene, options] as const)))(
    "of %s is whole on %s",
    async (_, __, scene, options) => {
      const { page, problems, requests } = await opened(browser, scene(), options);
      for (const chart of await page.locator("section .chart").all()) {
        await chart.scrollIntoViewIfNeeded();
        await chart.locator("canvas").waitFor();
      }
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      expect(await page.getByRole("main").count()).toBe(1);
      expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
      expect(problems).toEqual([]);
      expect(requests).toEqual([]);
    },
  );

  test("says what the command's GPUs came to", async () => {
    const { page } = await opened(browser, longTraining({ steps: 9000 }));
    const figures = page.locator("dl > div", { hasText: "GPU-hours" });
    // Eight for a day, at some 600 watts.
    expect(await figures.textContent()).toMatch(/192, idle 0 %, 1\d\d kWh/);
  });

  test("has a table of figures behind each chart", async () => {
    const { page } = await opened(browser, trained());
    const chart = page.locator(".chart").first();
    await chart.locator("summary").click();
    expect(await chart.getByRole("row").allTextContents()).toEqual([
      expect.stringContaining("points"),
      expect.stringMatching(/train\/loss\s*101\s*1\s*0\.5\s*0\.5/),
      expect.stringContaining("val/loss"),
    ]);
  });

  test("shows text of the run and never runs it", async () => {
    const { page, problems, requests } = await opened(browser, hostile());
    expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
    for (const chart of await page.locator("section .chart").all()) await chart.scrollIntoViewIfNeeded();
    await page.locator(".plot").first().focus();
    await page.keyboard.press("ArrowRight");
    const text = (await page.locator("body").textContent()) ?? "";
    for (const shown of [
      "<img src=x onerror=hacked=1>",
      "</script><script>hacked=1</script>",
      "⟨U+202E⟩",
      "⟨U+D800⟩",
      "␀",
      "{{7*7}}",
      "${hacked=1}",
    ]) {
      expect(text).toContain(shown);
    }
    expect(await page.locator("main img, main script, main iframe, a[href^=javascript]").count()).toBe(0);
    expect(await page.locator(".output .red").textContent()).toBe("red");
    expect((await page.locator(".output").innerText()).split("\n")).toContain("red");
    expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
    expect(problems).toEqual([]);
    expect(requests).toEqual([]);
  });

  test("runs no script but its own, and loads nothing", async () => {
    const { page } = await opened(browser, shortRun());
    const refused = await page.evaluate(`(async () => {
      const script = document.createElement("script");
      script.textContent = "globalThis.hacked = 1";
      document.body.append(script);
      document.body.setAttribute("onclick", "globalThis.hacked = 1");
      document.body.click();
      const loaded = await fetch("https://example.org/").then(() => true, () => false);
      return [globalThis.hacked === undefined, loaded];
    })()`);
    expect(refused).toEqual([true, false]);
  });

  test("is printed light and with its charts", async () => {
    const { page } = await opened(browser, trained(), { colorScheme: "dark" });
    const paper = await page.pdf();
    expect(paper.length).toBeGreaterThan(20_000);
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBeUndefined();
  });

  test("of ten megabytes of output has its end", async () => {
    const line = "x".repeat(99);
    const output = Array.from({ length: 100_000 }, (_, index) => [index, `${index} ${line}`] as const);
    const { page, bytes } = await opened(browser, { records: [], output });
    expect(bytes).toBeLessThan(1_000_000);
    expect(await page.locator(".output").textContent()).toContain(`99999 ${line}`);
  });
});

/** A training of a hundred seconds, with a point each. */
function trained(): Scene {
  const records = Array.from({ length: 101 }, (_, step) => [
    metricsRecord(step * 1000, step, { "train/loss": 1 - step / 200, "val/loss": 1.2 - step / 200, acc: step / 100 }),
    ...(step % 10 === 0 ? [sampleRecord(step * 1000, step / 10, { cpu_percent: 40, memory_percent: 50 })] : []),
  ]).flat();
  return { records, output: [[1000, "Epoch 1"]] };
}

function hostile(): Scene {
  const markup = "<img src=x onerror=hacked=1>";
  const script = "</script><script>hacked=1</script>";
  const names = [
    markup,
    script,
    "a\u202eb",
    "\ud800",
    "{{7*7}}",
    "${hacked=1}",
    "__proto__",
    'x" onmouseover="hacked=1',
    "\u0000",
  ];
  const metrics = Object.fromEntries(names.map((name, index) => [name, index]));
  const texts = Object.fromEntries(names.map((name) => [name, name]));
  return {
    header: {
      name: script,
      project: markup,
      command: ["python", ...names],
      cwd: markup,
      params: texts,
      tags: texts,
      git: { commit: script, branch: markup, repository: "javascript:hacked=1" },
    },
    records: [
      metricsRecord(0, 1, metrics),
      metricsRecord(1000, 2, metrics),
      { type: "machine", timestamp: 1, facts: texts },
      sampleRecord(1000, 0, { [script]: 1, cpu_percent: 4 }),
      sampleRecord(2000, 1, { [script]: 2, cpu_percent: 4 }, [
        { pid: 1, name: script, status: markup, memory_rss: 1, memory_percent: 1 },
      ]),
      { type: "gap", timestamp: 5, what: markup, reason: script },
      {
        type: "unavailable",
        timestamp: 5,
        probe: "x",
        state: "failed",
        metrics: [script],
        reason: markup,
        hint: script,
      },
      { type: "death", timestamp: 6, findings: [{ cause: "unknown", text: script }], output: names },
      {
        type: "alert",
        rule: script,
        metric: markup,
        phrase: script,
        state: "firing",
        severity: "critical",
        value: 1,
        timestamp: 7,
      },
    ],
    output: [
      ...names,
      "\u001b[31mred\u001b[0m",
      "Traceback (most recent call last): </code><img src=x onerror=hacked=1>",
    ].map((line) => [500, line]),
  };
}

interface Opened {
  readonly page: Page;
  /** What the page complained about. */
  readonly problems: readonly string[];
  /** What it asked for beside itself. */
  readonly requests: readonly string[];
  readonly bytes: number;
}

/** Writes the page of a scene with the real executable and opens it from disk. */
async function opened(browser: Browser, scene: Scene, options: BrowserContextOptions = {}): Promise<Opened> {
  const cwd = await temporaryFolder();
  writeScene(join(cwd, ".tracelet"), scene);
  const path = textOf(await tracelet(["report"], { cwd, env: { TZ: "UTC" } })).trim();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
  const page = await context.newPage();
  const [problems, requests]: [string[], string[]] = [[], []];
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => problems.push(dialog.message())));
  const url = pathToFileURL(path).href;
  page.on("request", (request) => request.url() !== url && requests.push(request.url()));
  await page.goto(url);
  await page.locator("html[data-charts=ready]").waitFor({ state: "attached" });
  return { page, problems, requests, bytes: (await readFile(path)).length };
}

async function pointAt(page: Page, chart: ReturnType<Page["locator"]>, share: number): Promise<void> {
  await chart.scrollIntoViewIfNeeded();
  const box = await areaOf(chart);
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2 + 3);
}

async function drag(page: Page, chart: ReturnType<Page["locator"]>, from: number, to: number): Promise<void> {
  const box = await areaOf(chart);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * ((from + to) / 2), y, { steps: 4 });
  await page.mouse.move(box.x + box.width * to, y, { steps: 4 });
  await page.mouse.up();
}

async function areaOf(chart: ReturnType<Page["locator"]>) {
  const area = chart.locator(".u-over");
  await area.waitFor();
  const box = await area.boundingBox();
  if (box === null) throw new Error("the chart is not there");
  return box;
}

/** The page says when it was made. */
function withoutTime(page: string): string {
  return page.replace(/on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "").trim();
}
