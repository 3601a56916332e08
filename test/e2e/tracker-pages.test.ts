import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { findChromium, startChromium } from "../support/chromium.ts";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import { startTensorboard } from "../support/tensorboard/server.ts";
import { tensorboardAvailable } from "../support/tensorboard/venv.ts";
import { temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";
import { openScene, useMlflow } from "./scene.ts";

const executable = findChromium();
const hasMlflow = await mlflowAvailable();
const hasTensorboard = await tensorboardAvailable();
/** A tracker's page fetches what it shows piece by piece. */
const PATIENCE = { timeout: 60_000 };
const TRAIN = ["sh", "-c", "for i in 1 2 3 4 5 6; do echo step=$i loss=0.$i; sleep 0.2; done"];

describe.skipIf(executable === undefined)("in a browser", { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium(executable ?? "");
  });
  afterAll(() => browser.close());

  describe.skipIf(!hasMlflow)("the run's page of MLflow", () => {
    const mlflow = useMlflow();

    test("has the numbers printed, the system's own tab, params and the files", async (context) => {
      const scene = await openScene(context);
      const ended = await scene.run(mlflow.url, ["--name", "seen", "--param", "optimizer=adam"], TRAIN);
      const [address = ""] = /http:\S+\/runs\/\w+/.exec(ended.errors) ?? [];
      const page = await openPage();

      await page.goto(address);
      expect(await missing(page, "Metrics (", "loss", "System metrics (", "optimizer", "adam", "Finished")).toEqual([]);
      await page.goto(`${address}/model-metrics`);
      expect(await missing(page, "Model metrics", "seen (loss)")).toEqual([]);
      await page.goto(`${address}/system-metrics`);
      expect(await missing(page, "seen (system/cpu_utilization_percentage)")).toEqual([]);
      await page.goto(`${address}/artifacts`);
      expect(await missing(page, "analysis", "report.html", "output.log")).toEqual([]);
      await page.getByText("output.log").click();
      expect(await missing(page, "step=6 loss=0.6")).toEqual([]);
    });
  });

  test.skipIf(!hasTensorboard)("TensorBoard has the run's scalars, texts and hparams", async () => {
    const cwd = await temporaryFolder();
    const words = ["--quiet", "--backend", "tensorboard", "--name", "seen", "--param", "optimizer=adam"];
    expect(textOf(await tracelet(["run", ...words, "--", ...TRAIN], { cwd }))).toContain("loss=0.6");
    const board = await startTensorboard(join(cwd, "runs"));
    onTestFinished(() => board.stop());
    const page = await openPage();

    await page.goto(`${board.url}/#timeseries`);
    expect(await missing(page, "seen", "loss", "system")).toEqual([]);
    await page.goto(`${board.url}/#text`);
    expect(await missing(page, "run/params", "adam")).toEqual([]);
    await page.goto(`${board.url}/#hparams`);
    expect(await missing(page, "optimizer", "adam")).toEqual([]);
  });

  async function openPage(): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1300, height: 1400 } });
    onTestFinished(() => page.close());
    return page;
  }
});

/** Which of these texts the page does not show, however long one waits. */
async function missing(page: Page, ...texts: readonly string[]): Promise<string[]> {
  const shown = texts.map((text) => page.getByText(text).filter({ visible: true }).first().waitFor(PATIENCE));
  const found = await Promise.allSettled(shown);
  return texts.filter((_, index) => found[index]?.status === "rejected");
}
