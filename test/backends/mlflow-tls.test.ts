import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { canMakeCertificates, makeAuthority, makeCertificate } from "./certificates.ts";
import { failureOf, NEVER, withBackend } from "./fake-mlflow.ts";

describe.skipIf(!(await canMakeCertificates()))("an encrypted connection", () => {
  let folder: string;
  let open: Server;
  let mutual: Server;
  const at = (name: string) => path.join(folder, name);
  const ask = (server: Server, host: string, environment: NodeJS.ProcessEnv) =>
    withBackend(addressOf(server, host), (backend) => backend.check?.(NEVER) ?? Promise.resolve(), environment);
  const failure = (server: Server, host: string, environment: NodeJS.ProcessEnv) =>
    failureOf((backend) => backend.check?.(NEVER) ?? Promise.resolve(), addressOf(server, host), environment);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tracelet-tls-"));
    await makeAuthority(at);
    await makeCertificate(at, "server", "subjectAltName=IP:127.0.0.1");
    await makeCertificate(at, "client", "extendedKeyUsage=clientAuth");
    const [ca, cert, key] = await Promise.all(
      ["ca.crt", "server.crt", "server.key"].map((name) => readFile(at(name), "utf8")),
    );
    open = await serve({ cert, key });
    mutual = await serve({ cert, key, ca, requestCert: true, rejectUnauthorized: true });
  });
  afterAll(async () => {
    for (const server of [open, mutual]) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true });
  });

  it("to a server that nobody vouches for is refused, and the message says which variable helps", async () => {
    expect(await failure(open, "127.0.0.1", {})).toMatchObject({
      message: expect.stringContaining("certificate is not trusted"),
      retryable: false,
      hint: expect.stringContaining("MLFLOW_TRACKING_SERVER_CERT_PATH"),
    });
  });

  it("is trusted by MLFLOW_TRACKING_SERVER_CERT_PATH, but not for another host", async () => {
    const environment = { MLFLOW_TRACKING_SERVER_CERT_PATH: at("ca.crt") };
    await expect(ask(open, "127.0.0.1", environment)).resolves.toBeUndefined();
    expect(await failure(open, "localhost", environment)).toMatchObject({
      message: expect.stringContaining("certificate is for another host"),
      retryable: false,
    });
  });

  it("is not looked at with MLFLOW_TRACKING_INSECURE_TLS=true, and is with any other value", async () => {
    await expect(ask(open, "localhost", { MLFLOW_TRACKING_INSECURE_TLS: "true" })).resolves.toBeUndefined();
    expect((await failure(open, "127.0.0.1", { MLFLOW_TRACKING_INSECURE_TLS: "no" })).retryable).toBe(false);
  });

  it("shows the certificate of MLFLOW_TRACKING_CLIENT_CERT_PATH where the server asks for one", async () => {
    const authority = { MLFLOW_TRACKING_SERVER_CERT_PATH: at("ca.crt") };
    const own = { ...authority, MLFLOW_TRACKING_CLIENT_CERT_PATH: at("client.pem") };
    await expect(ask(mutual, "127.0.0.1", own)).resolves.toBeUndefined();
    await expect(ask(mutual, "127.0.0.1", authority)).rejects.toThrow("cannot reach");
  });
});

function addressOf(server: Server, host: string): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is always this
  return `https://${host}:${(server.address() as AddressInfo).port}`;
}

async function serve(options: ServerOptions): Promise<Server> {
  const server = createServer(options, (request, response) => {
    request.resume();
    response.end("{}");
  });
  server.listen(0);
  await once(server, "listening");
  return server;
}
