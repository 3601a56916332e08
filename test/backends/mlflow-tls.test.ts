import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { failureOf, NEVER, withBackend } from "./fake-mlflow.ts";

const execute = promisify(execFile);
const openssl = (words: readonly string[]) => execute("openssl", words);

/** Certificates are made by the system's openssl, as people make theirs. */
const canMake = await openssl(["version"]).then(
  () => true,
  () => false,
);

describe.skipIf(!canMake)("an encrypted connection", () => {
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

async function makeAuthority(at: (name: string) => string): Promise<void> {
  const subject = ["-subj", "/CN=tests", "-days", "2"];
  await openssl([
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.crt"),
    ...subject,
  ]);
}

async function makeCertificate(at: (name: string) => string, name: string, extension: string): Promise<void> {
  const [key, request, certificate] = [".key", ".csr", ".crt"].map((ending) => at(name + ending)) as [
    string,
    string,
    string,
  ];
  await writeFile(at("ext"), extension);
  await openssl(["req", "-newkey", "rsa:2048", "-nodes", "-subj", `/CN=${name}`, "-keyout", key, "-out", request]);
  const authority = [
    "-CA",
    at("ca.crt"),
    "-CAkey",
    at("ca.key"),
    "-CAcreateserial",
    "-extfile",
    at("ext"),
    "-days",
    "2",
  ];
  await openssl(["x509", "-req", "-in", request, "-out", certificate, ...authority]);
  await writeFile(at(`${name}.pem`), (await readFile(certificate, "utf8")) + (await readFile(key, "utf8")));
}
