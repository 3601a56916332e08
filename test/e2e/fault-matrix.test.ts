import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import { startTracelet, until } from "../support/tracelet.ts";
import { type Fault, type FaultPlan, faultyProxy, passOn } from "./faulty-proxy.ts";
import { count, counted, FEW_SERIES, openScene, type Scene, useMlflow, valuesIn } from "./scene.ts";

const POINTS = 2500;
const STATUS = 7;
/** The point that one server does not like. */
const BAD_STEP = 1234;

/** How a fault ends: the upload gets over it, or says what is left and `tracelet sync` sends it. */
type Ends = "in the upload" | "by tracelet sync";

interface Case extends FaultPlan {
  /** As docs/upload-faults.md has it. */
  readonly fault: Fault;
  readonly ends: Ends;
  readonly says?: RegExp;
}

const answers =
  (status: number, body = "", headers: Record<string, string> = {}): Fault =>
  async ({ response, body: sent }) => {
    await sent();
    response.writeHead(status, headers).end(body);
  };

const twice = { after: 1, times: 2 };
const JSON_TYPE = { "content-type": "application/json" };

const MATRIX: Readonly<Record<string, Case>> = {
  "connections refused for 2 s": { fault: ({ restart }) => restart(2000), after: 1, times: 1, ends: "in the upload" },
  "a reset while the request is sent": {
    fault: ({ request }) => request.socket.resetAndDestroy(),
    ...twice,
    ends: "in the upload",
  },
  "a reset in the middle of the answer, after the server did it": {
    fault: async ({ request, response, body, forward }) => {
      await forward(await body());
      response.writeHead(200, { "content-length": 100 }).write("{");
      setImmediate(() => request.socket.resetAndDestroy());
    },
    ...twice,
    ends: "in the upload",
  },
  "an answer that never ends": {
    fault: async ({ response, body, forward }) => {
      await forward(await body());
      response.writeHead(200, { "content-length": 100 }).write("{");
    },
    after: 1,
    times: 1,
    ends: "in the upload",
  },
  "429 with Retry-After": { fault: answers(429, "slow down", { "retry-after": "1" }), ...twice, ends: "in the upload" },
  "429 with a Retry-After beyond our patience": {
    fault: answers(429, "slow down", { "retry-after": "3600" }),
    after: 1,
    times: 1,
    ends: "by tracelet sync",
    says: /answered 429: slow down \(the server asks to wait 3600 s\)/,
  },
  "429 without Retry-After": { fault: answers(429, "slow down"), ...twice, ends: "in the upload" },
  "status 500": { fault: answers(500, "<h1>Internal Server Error</h1>"), ...twice, ends: "in the upload" },
  "status 502": { fault: answers(502, "bad gateway"), ...twice, ends: "in the upload" },
  "status 503": {
    fault: answers(503, '{"error_code":"TEMPORARILY_UNAVAILABLE"}', JSON_TYPE),
    ...twice,
    ends: "in the upload",
  },
  "status 504": { fault: answers(504), ...twice, ends: "in the upload" },
  "401, and right later": {
    fault: answers(401, "You are not authenticated."),
    after: 1,
    times: 1,
    ends: "by tracelet sync",
    says: /answered 401: You are not authenticated\. \(set MLFLOW_TRACKING_USERNAME/,
  },
  "a web page in place of JSON": {
    fault: answers(200, "<html>Please log in</html>", { "content-type": "text/html" }),
    after: 1,
    times: 1,
    ends: "by tracelet sync",
    says: /is no MLflow server: it answers with a web page or plain text/,
  },
  "a server that starts anew in the middle": {
    fault: async ({ body, forward, restart }) => {
      await forward(await body());
      await restart(1500);
    },
    after: 1,
    times: 1,
    ends: "in the upload",
  },
  "a batch with one bad point": {
    fault: async (exchange) => {
      const sent = await exchange.body();
      const isBad = sent.includes(`"step":${BAD_STEP}}`);
      const refusal = '{"error_code":"INVALID_PARAMETER_VALUE","message":"no such step"}';
      if (isBad) exchange.response.writeHead(400, JSON_TYPE).end(refusal);
      else await passOn({ ...exchange, body: async () => sent });
    },
    after: 0,
    times: Number.POSITIVE_INFINITY,
    ends: "in the upload",
  },
};

describe.skipIf(!(await mlflowAvailable())).concurrent("a run of which the upload meets", { timeout: 180_000 }, () => {
  const mlflow = useMlflow();

  test.for(Object.entries(MATRIX))(
    "%s is there, every point once",
    async ([name, { ends, says, ...plan }], context) => {
      const scene = await openScene(context);
      const proxy = scene.own(await faultyProxy(mlflow.url, plan));
      const ended = await run(scene, proxy.url);
      expect(ended).toMatchObject({ code: STATUS, signal: null });
      expect(proxy.faults()).toBeGreaterThan(0);
      const isLeft = ends === "by tracelet sync";
      expect(/; \d+ points are left; to try again, type: tracelet sync /.test(ended.errors)).toBe(isLeft);
      expect(ended.errors).toMatch(says ?? /^/);
      // Where nothing is left, this only looks at it.
      const synced = await scene.sync(proxy.url);
      expect(synced).toMatchObject({ code: 0, errors: "" });
      expect(synced.stdout.toString().includes("nothing new")).toBe(!isLeft);
      const [read, another] = await mlflow.reader.experiment(scene.project);
      expect(another).toBeUndefined();
      const isBad = name.includes("bad point");
      expect(valuesIn(read)).toEqual(counted(POINTS).filter(({ step }) => !isBad || step !== BAD_STEP));
      expect(read?.info.status).toBe("FAILED");
      expect((await scene.upload()).rejected).toEqual(isBad ? [{ what: "value", reason: "no such step" }] : []);
      expect((await scene.sync(proxy.url)).stdout.toString()).toContain("nothing new");
    },
  );

  test("two uploads at once is there, every point once", async (context) => {
    const scene = await openScene(context);
    // The first batches take their time, so that the second upload finds the first at work.
    const slow: Fault = async (exchange) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await passOn(exchange);
    };
    const proxy = scene.own(await faultyProxy(mlflow.url, { fault: slow, after: 0, times: 10 }));
    const running = start(scene, proxy.url);
    await until("the upload's state", () => scene.uploadText().catch(() => undefined));
    const synced = await scene.sync(proxy.url);
    expect(synced).toMatchObject({ code: 0, errors: "" });
    const ended = await running.ended;
    expect(ended.code).toBe(STATUS);
    expect(ended.errors).not.toContain("not uploaded");
    const [read, another] = await mlflow.reader.experiment(scene.project);
    expect(another).toBeUndefined();
    expect(valuesIn(read)).toEqual(counted(POINTS));
  });

  const run = (scene: Scene, url: string) => start(scene, url).ended;

  function start(scene: Scene, url: string) {
    const flags = ["--backend", "mlflow", "--project", scene.project, "--upload-timeout", "60", ...FEW_SERIES];
    const env = { MLFLOW_TRACKING_URI: url, MLFLOW_HTTP_REQUEST_TIMEOUT: "10" };
    return startTracelet(["run", ...flags, "--", ...count(POINTS, STATUS)], { cwd: scene.cwd, env });
  }
});

test("docs/upload-faults.md has every fault, with how it ends", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../docs/upload-faults.md"), "utf8");
  const rows = [...docs.matchAll(/^\| (.+?) +\| (in the upload|by tracelet sync) +\|/gm)].map(([, fault, ends]) => [
    fault,
    ends,
  ]);
  const expected = Object.entries(MATRIX).map(([name, { ends }]) => [name, ends]);
  expect(rows).toEqual([...expected, ["two uploads at once", "in the upload"]]);
});
