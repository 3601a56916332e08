import { mkdtemp, readFile, rm } from "node:fs/promises";
import { get } from "node:https";
import { once } from "node:events";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { headerOf } from "../conformance/backend.ts";
import { isAvailable } from "../support/python-environment.ts";
import { launchMlflow, type RunningMlflow, stopMlflow } from "../support/mlflow/server.ts";
import { openReader } from "../support/mlflow/read-run.ts";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import { mlflowAuthPackages } from "../support/mlflow/venv.ts";
import { canMakeCertificates, makeAuthority, makeCertificate } from "./certificates.ts";
import { failureOf, NEVER, withBackend } from "./fake-mlflow.ts";
import { startProxy } from "./proxy-server.ts";

/** In ASCII: of other letters MLflow's own routes for files make nothing. */
const ADMIN = "a-Password:with/odd @signs%";
const check = (backend: { check?(signal: AbortSignal): Promise<void> }) => backend.check?.(NEVER) ?? Promise.resolve();

const canRun =
  (await canMakeCertificates()) &&
  (await mlflowAvailable()) &&
  (await isAvailable("MLflow's basic authentication", mlflowAuthPackages));

/** MLflow's own server with its own login, which speaks TLS itself and wants a certificate of the client. */
describe.skipIf(!canRun)("a real MLflow server that asks for a login and a certificate", { timeout: 180_000 }, () => {
  let folder: string;
  let server: RunningMlflow;
  let certificates: { MLFLOW_TRACKING_SERVER_CERT_PATH: string; MLFLOW_TRACKING_CLIENT_CERT_PATH: string };
  const login = { MLFLOW_TRACKING_USERNAME: "admin", MLFLOW_TRACKING_PASSWORD: ADMIN };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tracelet-closed-"));
    const at = (name: string) => path.join(folder, name);
    await makeAuthority(at);
    await makeCertificate(at, "server", "subjectAltName=IP:127.0.0.1");
    await makeCertificate(at, "client", "extendedKeyUsage=clientAuth");
    certificates = {
      MLFLOW_TRACKING_SERVER_CERT_PATH: at("ca.crt"),
      MLFLOW_TRACKING_CLIENT_CERT_PATH: at("client.pem"),
    };
    const own = await readFile(at("client.pem"));
    const tls = `--ssl-keyfile ${at("server.key")} --ssl-certfile ${at("server.crt")} --ssl-ca-certs ${at("ca.crt")} --ssl-cert-reqs 2`;
    server = await launchMlflow(process.pid, {
      words: ["--app-name", "basic-auth", "--uvicorn-opts", tls],
      env: {
        PYTHONPATH: await mlflowAuthPackages(),
        MLFLOW_AUTH_ADMIN_PASSWORD: ADMIN,
        MLFLOW_FLASK_SERVER_SECRET_KEY: "for tests",
      },
      url: (port) => `https://127.0.0.1:${port}`,
      ask: (url) => isThere(url, own),
    });
  });
  afterAll(async () => {
    await stopMlflow(server);
    await rm(folder, { recursive: true });
  });

  it("takes a run and its files, and its own client reads them", async () => {
    const header = headerOf("closed");
    const remote = await withBackend(
      server.url,
      async (backend) => {
        const opened = await backend.openRun(header, undefined, NEVER);
        const metrics = [{ metrics: { loss: 0.5 }, step: 1, timestamp: header.started }];
        await backend.write(opened, { metrics, system: [], params: { lr: "1" }, tags: {} }, NEVER);
        await backend.uploadArtifact(opened, { name: "file.txt", path: import.meta.filename }, NEVER);
        return opened;
      },
      { ...certificates, ...login },
    );
    const reader = openReader(server, { ...certificates, ...login });
    const read = await reader.run(remote.remoteId);
    reader.close();
    expect(read.metrics["loss"]).toMatchObject([{ value: 0.5, step: 1 }]);
    expect(read.params).toMatchObject({ lr: "1" });
    expect(read.artifacts).toMatchObject([{ path: "file.txt" }]);
  });

  it("is reached through the tunnel of a proxy", async () => {
    const proxy = await startProxy();
    await expect(
      withBackend(server.url, check, { ...certificates, ...login, https_proxy: proxy.url }),
    ).resolves.toBeUndefined();
    expect(proxy.requests).toEqual([`CONNECT ${new URL(server.url).host}`]);
    await proxy.close();
  });

  it("refuses another password, and the message says what to check", async () => {
    const wrong = { ...certificates, ...login, MLFLOW_TRACKING_PASSWORD: "wrong-password" };
    expect(await failureOf(check, server.url, wrong)).toMatchObject({
      message: expect.stringContaining("answered 401"),
      retryable: false,
      hint: "check the user and password, or the token, in the MLFLOW_TRACKING_ variables",
    });
  });

  it("refuses nobody in particular, and the message says what to set", async () => {
    expect(await failureOf(check, server.url, certificates)).toMatchObject({
      message: expect.stringContaining("answered 401"),
      hint: expect.stringContaining("MLFLOW_TRACKING_USERNAME"),
    });
  });

  it("does not speak to those without a certificate", async () => {
    const { MLFLOW_TRACKING_SERVER_CERT_PATH } = certificates;
    expect((await failureOf(check, server.url, { ...login, MLFLOW_TRACKING_SERVER_CERT_PATH })).message).toContain(
      "cannot reach",
    );
  });
});

async function isThere(url: string, pair: Buffer): Promise<boolean> {
  const request = get(`${url}/health`, { cert: pair, key: pair, rejectUnauthorized: false });
  try {
    const [response] = await once(request, "response");
    response.resume();
    return true;
  } catch {
    return false; // not listening yet
  }
}
