import { describe, expect, it } from "vitest";

import { EMPTY } from "../conformance/backend.ts";
import { failureOf, fakeServers, NEVER, REMOTE, withBackend } from "./fake-mlflow.ts";
import { bodyOf } from "./fake-server.ts";

const POINT = { metrics: { loss: 1 }, step: 1, timestamp: 1 };
const serve = fakeServers();

describe("what becomes of a batch that is refused", () => {
  it("the bad entries are found, told, and cost the others nothing", async () => {
    const taken: string[] = [];
    const url = await serve(async (request, response) => {
      const body = await bodyOf(request);
      if (request.url?.includes("/runs/get") === true) return response.end(RUN);
      const keys = [...body.matchAll(/"key":"([^"]+)"/g)].map(([, key]) => key ?? "");
      if (keys.some((key) => key.startsWith("bad"))) {
        return response.writeHead(400).end('{"error_code":"INVALID_PARAMETER_VALUE","message":"I do not like it"}');
      }
      taken.push(...keys);
      return response.end("{}");
    });
    const keys = Array.from({ length: 100 }, (_, index) => (index % 40 === 7 ? `bad${index}` : `good${index}`));
    const { rejected } = await withBackend(url, (backend) =>
      backend.write(REMOTE, { ...EMPTY, metrics: keys.map((key) => ({ ...POINT, metrics: { [key]: 1 } })) }, NEVER),
    );
    expect(rejected).toEqual(["bad7", "bad47", "bad87"].map((what) => ({ what, reason: "I do not like it" })));
    expect(taken).toEqual(keys.filter((key) => key.startsWith("good")));
  });

  it("a deleted run is told as such, and its points are not given up", async () => {
    let isDeleted = false;
    const url = await serve((request, response) => {
      if (request.url?.includes("/runs/get") === true) {
        return response.end(isDeleted ? RUN.replace("active", "deleted") : RUN);
      }
      isDeleted = true;
      return response.writeHead(400).end('{"error_code":"INVALID_PARAMETER_VALUE","message":"must be active"}');
    });
    const error = await failureOf(
      (backend) => backend.write(REMOTE, { ...EMPTY, metrics: [POINT, POINT] }, NEVER),
      url,
    );
    expect(error).toMatchObject({ message: "the run r1 was deleted in MLflow", retryable: false });
  });

  it("a 400 that is not MLflow's own is no verdict on the points", async () => {
    const url = await serve((request, response) =>
      request.url?.includes("/runs/get") === true ? response.end(RUN) : response.writeHead(400).end("proxy"),
    );
    const error = await failureOf((backend) => backend.write(REMOTE, { ...EMPTY, metrics: [POINT] }, NEVER), url);
    expect(error).toMatchObject({ message: `MLflow at ${url} answered 400: proxy`, retryable: false });
  });

  it("no request is larger than a megabyte", async () => {
    const sizes: number[] = [];
    const url = await serve(async (request, response) => {
      if (request.url?.includes("/runs/get") === true) return response.end(RUN);
      sizes.push(Buffer.byteLength(await bodyOf(request)));
      return response.end("{}");
    });
    const params = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`p${index}`, "大".repeat(6000)]));
    await withBackend(url, (backend) => backend.write(REMOTE, { ...EMPTY, params }, NEVER));
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
  });
});

const RUN = JSON.stringify({
  run: {
    info: {
      run_id: "r1",
      experiment_id: "1",
      lifecycle_stage: "active",
      artifact_uri: "mlflow-artifacts:/1/r1/artifacts",
    },
  },
});
