import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { createMlflow } from "../../src/backends/mlflow.ts";
import { createWebhook } from "../../src/backends/webhook.ts";
import { headerOf } from "../conformance/backend.ts";
import { openReader } from "../support/mlflow/read-run.ts";
import { mlflowAvailable, sharedMlflow } from "../support/mlflow/shared.ts";
import { canMakeCertificates, makeAuthority, makeCertificate } from "./certificates.ts";
import { failureOf, fakeServers, NEVER, withBackend } from "./fake-mlflow.ts";
import { type ProxyOptions, type ProxyServer, startProxy } from "./proxy-server.ts";

const LOGIN = `Basic ${Buffer.from("mary:hunter2@%").toString("base64")}`;
const proxies: ProxyServer[] = [];
const proxy = async (options?: ProxyOptions): Promise<ProxyServer> => {
  const started = await startProxy(options);
  proxies.push(started);
  return started;
};
const check = (backend: { check?(signal: AbortSignal): Promise<void> }) => backend.check?.(NEVER) ?? Promise.resolve();

afterEach(async () => {
  await Promise.all(proxies.splice(0).map((started) => started.close()));
});

describe("through a proxy, an http server", () => {
  const start = fakeServers();
  const json = (_: unknown, response: { end(text: string): unknown }) => response.end("{}");

  it("is reached as often as it is asked", async () => {
    const between = await proxy();
    const server = await start(json);
    await withBackend(
      server,
      async (backend) => {
        for (let times = 0; times < 5; times += 1) await check(backend);
      },
      { HTTP_PROXY: between.url },
    );
    const asked = `POST ${server}/api/2.0/mlflow/experiments/search`;
    expect(between.requests).toEqual(Array.from({ length: 5 }, () => asked));
  });

  it("is reached with the user and password of the proxy's address, which no error shows", async () => {
    const between = await proxy({ authorization: LOGIN });
    const server = await start(json);
    const environment = { HTTP_PROXY: `http://mary:hunter2%40%25@127.0.0.1:${between.port}` };
    await expect(withBackend(server, check, environment)).resolves.toBeUndefined();
    const wrong = { HTTP_PROXY: `http://mary:hunter3@127.0.0.1:${between.port}` };
    const failure = await failureOf(check, server, wrong);
    expect(failure.message).toBe(`cannot reach ${server} through the proxy ${between.url}: the proxy answered 407`);
    expect(failure).toMatchObject({ retryable: false, hint: expect.stringContaining("user:password@host") });
  });

  it("is reached without one where NO_PROXY has it", async () => {
    const between = await proxy();
    const server = await start(json);
    await withBackend(server, check, { HTTP_PROXY: between.url, NO_PROXY: "127.0.0.0/8" });
    expect(between.requests).toEqual([]);
  });

  it("that the proxy does not reach is a matter of time", async () => {
    const between = await proxy();
    const failure = await failureOf(check, "http://127.0.0.1:9", { HTTP_PROXY: between.url });
    expect(failure).toMatchObject({ retryable: true, message: expect.stringContaining("502") });
  });

  it("is not reached where the proxy is not there, and the message names it", async () => {
    const between = await proxy();
    await between.close();
    proxies.length = 0;
    expect(await failureOf(check, "http://mlflow.invalid", { ALL_PROXY: between.url })).toMatchObject({
      message: `cannot reach http://mlflow.invalid through the proxy ${between.url}: connection refused`,
      retryable: true,
    });
  });

  it("is told what an alert says", async () => {
    const between = await proxy();
    const server = await start(json);
    const webhook = createWebhook({ url: `${server}/hook`, format: "json" }, { http_proxy: between.url }, []);
    expect(await webhook.post("{}", NEVER)).toEqual({ ok: true, detail: "HTTP 200" });
    webhook.close();
    expect(between.requests).toEqual([`POST ${server}/hook`]);
    const odd = createWebhook({ url: `${server}/hook`, format: "json" }, { http_proxy: "socks5://h:1" }, []);
    expect(await odd.post("{}", NEVER)).toMatchObject({ ok: false, detail: expect.stringContaining("no http proxy") });
    odd.close();
  });
});

describe.skipIf(!(await canMakeCertificates()))("through a proxy, an https server", () => {
  let folder: string;
  let server: Server;
  let url: string;
  let trust: { MLFLOW_TRACKING_SERVER_CERT_PATH: string; MLFLOW_TRACKING_CLIENT_CERT_PATH: string };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tracelet-proxy-"));
    const at = (name: string) => path.join(folder, name);
    await makeAuthority(at);
    await makeCertificate(at, "server", "subjectAltName=IP:127.0.0.1");
    await makeCertificate(at, "client", "extendedKeyUsage=clientAuth");
    const [ca, cert, key] = await Promise.all(
      ["ca.crt", "server.crt", "server.key"].map((name) => readFile(at(name), "utf8")),
    );
    server = createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      request.resume();
      response.end("{}");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is always this
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    trust = {
      MLFLOW_TRACKING_SERVER_CERT_PATH: at("ca.crt"),
      MLFLOW_TRACKING_CLIENT_CERT_PATH: at("client.pem"),
    };
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  it("is reached in one tunnel for many requests, with certificates of both sides", async () => {
    const between = await proxy({ authorization: LOGIN });
    const environment = { ...trust, HTTPS_PROXY: `mary:hunter2%40%25@127.0.0.1:${between.port}` };
    await withBackend(
      url,
      async (backend) => {
        for (let times = 0; times < 5; times += 1) await check(backend);
      },
      environment,
    );
    expect(between.requests).toEqual([`CONNECT ${new URL(url).host}`]);
  });

  it("is trusted no more than without one", async () => {
    const between = await proxy();
    expect(await failureOf(check, url, { HTTPS_PROXY: between.url })).toMatchObject({
      message: `cannot reach ${url} through the proxy ${between.url}: the server's certificate is not trusted`,
      retryable: false,
    });
  });

  it("is not taken for another that has a certificate of the same authority", async () => {
    const between = await proxy();
    const other = url.replace("127.0.0.1", "localhost");
    expect((await failureOf(check, other, { ...trust, HTTPS_PROXY: between.url })).message).toContain(
      "the server's certificate is for another host",
    );
  });

  it.each([
    [407, false],
    [403, false],
    [503, true],
  ])("for which the proxy answers %i is not reached", async (status, retryable) => {
    const between = await proxy({ status });
    expect(await failureOf(check, url, { ...trust, HTTPS_PROXY: between.url })).toMatchObject({
      message: `cannot reach ${url} through the proxy ${between.url}: the proxy answered ${status}`,
      retryable,
    });
  });

  it("is given up in time where the proxy never answers, and no connection stays", async () => {
    const between = await proxy({ hangs: true });
    const environment = { ...trust, HTTPS_PROXY: between.url, MLFLOW_HTTP_REQUEST_TIMEOUT: "0.2" };
    expect(await failureOf(check, url, environment)).toMatchObject({
      message: expect.stringContaining("no answer in time"),
      retryable: true,
    });
    await vi.waitFor(() => expect(between.open()).toBe(0));
  });
});

describe.skipIf(!(await mlflowAvailable()))("through a proxy, a real MLflow server", () => {
  let server: { url: string; python: string };
  beforeAll(async () => {
    server = await sharedMlflow();
  });

  it("gets a run and its files", { timeout: 120_000 }, async () => {
    const between = await proxy();
    const backend = createMlflow({ MLFLOW_TRACKING_URI: server.url, HTTP_PROXY: between.url });
    const header = headerOf("through-a-proxy");
    const remote = await backend.openRun(header, undefined, NEVER);
    const points = Array.from({ length: 1500 }, (_, step) => ({
      metrics: { loss: 1 / (step + 1) },
      step,
      timestamp: header.started,
    }));
    for (const metrics of [points.slice(0, 1000), points.slice(1000)]) {
      await backend.write(remote, { metrics, system: [], params: {}, tags: {} }, NEVER);
    }
    await backend.uploadArtifact(remote, { name: "this.txt", path: import.meta.filename }, NEVER);
    backend.close();
    const reader = openReader(server);
    const read = await reader.run(remote.remoteId);
    reader.close();
    expect(read.metrics["loss"]).toHaveLength(1500);
    expect(read.artifacts).toMatchObject([{ path: "this.txt", text: await readFile(import.meta.filename, "utf8") }]);
    expect(between.requests.length).toBeGreaterThanOrEqual(4);
  });
});
