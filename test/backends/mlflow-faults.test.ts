import { truncate, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import type { Backend } from "../../src/model/backend.ts";
import { headerOf } from "../conformance/backend.ts";
import { freePort } from "../support/mlflow/server.ts";
import { type Act, failureOf, fakeServers, NEVER, REMOTE, withBackend } from "./fake-mlflow.ts";
import { deferred } from "./fake-server.ts";

const serve = fakeServers();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe("what a server can do to us", () => {
  it("a refused connection may be retried and names the address", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const error = await failureOf((backend) => open(backend), url);
    expect(error).toMatchObject({ message: `cannot reach ${url}: connection refused`, retryable: true });
    expect(error.hint).toContain("server is running");
  });

  it("an unknown host may be retried and is named", async () => {
    const error = await failureOf((backend) => open(backend), "http://no-such-host.invalid:5000");
    expect(error.message).toMatch(/^cannot reach http:\/\/no-such-host\.invalid:5000: /);
    expect(error.retryable).toBe(true);
  });

  it.each([408, 429, 500, 502, 503, 504])("status %i may be retried", async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end("busy"));
    expect(await failureOf(open, url)).toMatchObject({
      message: `MLflow at ${url} answered ${status}: busy`,
      retryable: true,
    });
  });

  it.each([400, 403, 404, 413, 501])("status %i may not be retried", async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end());
    expect((await failureOf(open, url)).retryable).toBe(false);
  });

  it("Retry-After is read as seconds and as a date, and told", async () => {
    const inOneMinute = new Date(Date.now() + 60_000).toUTCString();
    for (const header of ["60", inOneMinute]) {
      const url = await serve((_request, response) => response.writeHead(429, { "retry-after": header }).end("busy"));
      const error = await failureOf(open, url);
      expect(error.retryable).toBe(true);
      expect(error.retryAfter).toBeGreaterThan(50_000);
      expect(error.retryAfter).toBeLessThanOrEqual(60_000);
      expect(error.hint).toMatch(/^the server asks to wait (5\d|60) s$/);
    }
    const url = await serve((_request, response) => response.writeHead(503, { "retry-after": "soon" }).end("busy"));
    expect((await failureOf(open, url)).retryAfter).toBeUndefined();
  });

  it("a 500 that MLflow means for good is not retried", async () => {
    const url = await serve((_request, response) =>
      response.writeHead(500).end('{"error_code":"FEATURE_DISABLED","message":"no workspaces"}'),
    );
    expect(await failureOf(open, url)).toMatchObject({
      retryable: false,
      hint: expect.stringContaining("MLFLOW_WORKSPACE"),
    });
  });

  it("a web page as an error is told by its title", async () => {
    const page = "<html><head><title>502\nBad Gateway</title></head><body>…</body></html>";
    const url = await serve((_request, response) =>
      response.writeHead(502, { "content-type": "text/html; charset=utf-8" }).end(page),
    );
    expect((await failureOf(open, url)).message).toBe(`MLflow at ${url} answered 502: 502 Bad Gateway`);
  });

  it.each(["<html>Log in</html>", "OK", "null", "{}", '{"experiment":null}', "[]"])(
    "status 200 with %j is no MLflow server",
    async (body) => {
      const url = await serve((_request, response) => response.end(body));
      expect(await failureOf(open, url)).toMatchObject({
        message: expect.stringContaining(`what answers at ${url} is no MLflow server`),
        retryable: false,
        hint: "check MLFLOW_TRACKING_URI",
      });
    },
  );

  it("wrong credentials are told with the variables to look at, and never shown", async () => {
    const url = await serve((_request, response) => response.writeHead(401).end("You are not authenticated."));
    const without = await failureOf(open, url);
    expect(without).toMatchObject({ retryable: false, hint: expect.stringContaining("set MLFLOW_TRACKING_USERNAME") });
    const withThem = await failureOf(open, url.replace("//", "//mary:hunter2@"), {});
    expect(withThem).toMatchObject({ retryable: false, hint: expect.stringContaining("check the user and password") });
    expect(`${withThem.message} ${withThem.hint}`).not.toMatch(/hunter2|mary/);
  });

  it("a redirect is not followed but told", async () => {
    const url = await serve((_request, response) =>
      response.writeHead(308, { location: "https://mlflow.example.com/x" }).end(),
    );
    expect((await failureOf(open, url)).hint).toBe(
      "the server points to https://mlflow.example.com: set MLFLOW_TRACKING_URI to that",
    );
  });

  it("a server that speaks something else is told", async () => {
    const url = await serve((request) => request.socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    expect(await failureOf(open, url)).toMatchObject({ retryable: false });
    expect(await failureOf(open, url.replace("http:", "https:"))).toMatchObject({ retryable: false });
  });

  it("a connection that is reset in the middle of an answer may be retried", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write('{"experiment":');
      setImmediate(() => response.socket?.resetAndDestroy());
    });
    expect(await failureOf(open, url)).toMatchObject({ retryable: true });
  });

  it("a server that never answers is left at once when the caller gives up", async () => {
    const asked = deferred();
    const url = await serve(() => asked.resolve());
    const controller = new AbortController();
    const failure = failureOf((backend) => backend.openRun(headerOf("x"), undefined, controller.signal), url);
    await asked.promise;
    const start = performance.now();
    controller.abort(new Error("enough"));
    expect(await failure).toMatchObject({ retryable: true, cause: new Error("enough") });
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("a caller whose time is over reads that there was no answer", async () => {
    const url = await serve(() => {});
    const failure = failureOf((backend) => backend.openRun(headerOf("x"), undefined, AbortSignal.timeout(100)), url);
    expect(await failure).toMatchObject({ message: `cannot reach ${url}: no answer in time`, retryable: true });
  });

  it("a server that never answers is left after the time-out of one request", async () => {
    const url = await serve(() => {});
    const error = await failureOf(open, url, { MLFLOW_HTTP_REQUEST_TIMEOUT: "0.2" });
    expect(error).toMatchObject({ message: `cannot reach ${url}: no answer in time`, retryable: true });
  });
});

describe("what can happen to a file on its way", () => {
  it("a reset in the middle may be retried", async () => {
    const url = await serve((request) => request.once("data", () => request.socket.resetAndDestroy()));
    expect(await failureOf(await uploadOf(8_000_000), url)).toMatchObject({ retryable: true });
  });

  it("giving up in the middle ends it at once", async () => {
    const started = deferred();
    const url = await serve((request) =>
      request.once("data", () => {
        request.pause();
        started.resolve();
      }),
    );
    const controller = new AbortController();
    const failure = failureOf(await uploadOf(64_000_000, controller.signal), url);
    await started.promise;
    controller.abort();
    expect(await failure).toMatchObject({ retryable: true });
  });

  it("a refusal before the end is told, and the rest is not sent", async () => {
    const url = await serve((_request, response) =>
      response
        .writeHead(403, { "content-type": "application/json" })
        .end('{"error_code":"PERMISSION_DENIED","message":"no"}'),
    );
    const error = await failureOf(await uploadOf(1000), url);
    expect(error).toMatchObject({ message: `MLflow at ${url} answered 403 PERMISSION_DENIED: no`, retryable: false });
  });

  it("a file that becomes shorter is noticed, and the server is not left waiting", async () => {
    const file = await fileOf(64_000_000);
    const url = await serve((request) => {
      request.once("data", () => {
        request.pause();
        void truncate(file, 1000).then(() => request.resume());
      });
    });
    const upload = (backend: Backend) => backend.uploadArtifact(REMOTE, { path: file, name: "f" }, NEVER);
    expect(await failureOf(upload, url)).toMatchObject({
      message: `cannot reach ${url}: the file became shorter while it was sent`,
      retryable: true,
    });
  });

  it("a file that is not there is no reason to try again", async () => {
    const upload = (backend: Backend) => backend.uploadArtifact(REMOTE, { path: "/no/such/file", name: "f" }, NEVER);
    expect(await failureOf(upload, "http://127.0.0.1:9")).toMatchObject({ retryable: false });
  });

  it.each(["file:///no-such-root/1/r1/artifacts", "/no-such-root/1/r1/artifacts", ""])(
    "the store %j is not written to",
    async (store) => {
      const file = await fileOf(10);
      const remote = { ...REMOTE, detail: { artifact_uri: store } };
      const upload = (backend: Backend) => backend.uploadArtifact(remote, { path: file, name: "f" }, NEVER);
      expect(await failureOf(upload, "http://127.0.0.1:9")).toMatchObject({
        message: expect.stringContaining('"f" was not uploaded'),
        retryable: false,
      });
    },
  );
});

describe("the user's token", () => {
  it("goes with a file to the tracking server, and to no other host that the server names", async () => {
    const seen: (string | undefined)[] = [];
    const take = async (request: IncomingMessage, response: ServerResponse) => {
      seen.push(request.headers.authorization);
      for await (const _chunk of request); // only to its end
      response.end("{}");
    };
    const [url, other] = [await serve(take), await serve(take)];
    const file = await fileOf(10);
    for (const store of ["mlflow-artifacts:/1/r1", `${other}/1/r1`, `mlflow-artifacts://${new URL(other).host}/1/r1`]) {
      const remote = { ...REMOTE, detail: { artifact_uri: store } };
      const upload = (backend: Backend) => backend.uploadArtifact(remote, { path: file, name: "f" }, NEVER);
      await withBackend(url, upload, { MLFLOW_TRACKING_TOKEN: "secret" });
    }
    expect(seen).toEqual(["Bearer secret", undefined, undefined]);
  });
});

const open: Act<unknown> = (backend) => backend.openRun(headerOf("fault"), undefined, NEVER);

async function fileOf(size: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "tracelet-artifact-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "f.log");
  await writeFile(file, Buffer.alloc(size, "x"));
  return file;
}

async function uploadOf(size: number, signal: AbortSignal = NEVER): Promise<Act<void>> {
  const file = await fileOf(size);
  return (backend) => backend.uploadArtifact(REMOTE, { path: file, name: "f.log" }, signal);
}
