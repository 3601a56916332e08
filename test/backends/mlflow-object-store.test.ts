import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { failureOf, fakeServers, NEVER, REMOTE, withBackend } from "./fake-mlflow.ts";
import { bodyOf } from "./fake-server.ts";

const serve = fakeServers();
const DIRECT = { ...REMOTE, detail: { experiment_id: "1", artifact_uri: "s3://bucket/1/r1/artifacts" } };
const SIGNED = "X-Amz-Signature=s3cret";
const PARTS = { MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: "20", MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: "10" };
const TOKEN = { MLFLOW_TRACKING_TOKEN: "token" };

/** What an object store was sent. */
interface Put {
  readonly url: string;
  readonly body: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
}

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "tracelet-store-"));
  file = path.join(folder, "model.bin");
  await writeFile(file, "0123456789abcdefghijKLMNO");
});
afterAll(() => rm(folder, { recursive: true }));

describe("a store that clients write to themselves", () => {
  it("gets a file at an address that the server signs, with its headers and without our credentials", async () => {
    const store = await objectStore();
    const asked: string[] = [];
    const url = await serve(async (request, response) => {
      asked.push(`${request.url} ${await bodyOf(request)}`);
      const headers = { "Content-Type": "application/x-model" };
      response.end(JSON.stringify({ presigned_url: `${store.url}/key?${SIGNED}`, headers }));
    });
    await withBackend(
      url,
      (backend) => backend.uploadArtifact(DIRECT, { path: file, name: "a/model.bin" }, NEVER),
      TOKEN,
    );
    expect(asked).toEqual(['/api/2.0/mlflow/artifacts/presigned-upload-url {"run_id":"r1","path":"a/model.bin"}']);
    expect(store.puts).toEqual([
      {
        url: `/key?${SIGNED}`,
        body: "0123456789abcdefghijKLMNO",
        authorization: undefined,
        contentType: "application/x-model",
      },
    ]);
  });

  it("that refuses is told in its own words, without the signature", async () => {
    const store = await objectStore((response) =>
      response
        .writeHead(403)
        .end("<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code><Message>no</Message></Error>"),
    );
    const url = await serve((_request, response) =>
      response.end(JSON.stringify({ presigned_url: `${store.url}/key?${SIGNED}` })),
    );
    const error = await failureOf((backend) => backend.uploadArtifact(DIRECT, { path: file, name: "f" }, NEVER), url);
    expect(error).toMatchObject({
      message: `the object store at ${store.url} answered 403: AccessDenied: no`,
      retryable: false,
    });
  });

  it.each([404, 501])("is out of reach where the server signs nothing (%i), which is told", async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end("no such thing"));
    expect(
      await failureOf((backend) => backend.uploadArtifact(DIRECT, { path: file, name: "f" }, NEVER), url),
    ).toMatchObject({ message: expect.stringContaining("direct object store (s3)"), retryable: false });
  });
});

describe("a large file", () => {
  it("goes in parts where the server has that, each to an address of its own", async () => {
    const store = await objectStore();
    const server = await multipartServer(store.url, true);
    await upload(server.url, "sub/model.bin");
    expect(store.puts.map(({ url, body, authorization }) => [url, body, authorization])).toEqual([
      ["/1", "0123456789", undefined],
      ["/2", "abcdefghij", undefined],
      ["/3", "KLMNO", undefined],
    ]);
    const root = "/api/2.0/mlflow-artifacts/mpu";
    expect(server.asked).toEqual([
      "GET /api/3.0/mlflow/server-info",
      `POST ${root}/create/1/r1/artifacts/sub {"path":"model.bin","num_parts":3}`,
      expect.stringContaining(`POST ${root}/complete/1/r1/artifacts/sub {"path":"model.bin","upload_id":"u","parts":[`),
    ]);
    expect(server.asked.at(-1)).toContain(`{"part_number":3,"etag":"\\"3\\"","url":"${store.url}/3"}`);
  });

  it("sends a part again that failed, and gives the parts up when that does not help", async () => {
    let failures = 2;
    const store = await objectStore((response) => {
      if (failures > 0) response.writeHead(503).end();
      else response.end();
      failures -= 1;
    });
    const server = await multipartServer(store.url, true);
    await upload(server.url, "model.bin");
    expect(store.puts.map(({ url }) => url)).toEqual(["/1", "/1", "/1", "/2", "/3"]);
    failures = 9;
    await expect(upload(server.url, "model.bin")).rejects.toMatchObject({ retryable: true });
    expect(server.asked.at(-1)).toContain('/mpu/abort/1/r1/artifacts {"path":"model.bin","upload_id":"u"}');
  });

  it.each([
    ["the server does not say that it has parts", false, {}],
    ["it is told not to", true, { MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: "false" }],
    ["it is told to, and the store has no parts", undefined, { MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: "true" }],
  ])("goes in one piece where %s", async (_case, offered, environment) => {
    const server = await multipartServer("http://127.0.0.1:9", offered);
    await upload(server.url, "model.bin", environment);
    expect(server.asked.at(-1)).toBe(
      "PUT /api/2.0/mlflow-artifacts/artifacts/1/r1/artifacts/model.bin 0123456789abcdefghijKLMNO",
    );
  });

  function upload(url: string, name: string, environment: NodeJS.ProcessEnv = {}) {
    const act = { ...TOKEN, ...PARTS, ...environment };
    return withBackend(url, (backend) => backend.uploadArtifact(REMOTE, { path: file, name }, NEVER), act);
  }
});

async function objectStore(answer: (response: ServerResponse) => void = (response) => void response.end()) {
  const puts: Put[] = [];
  const url = await serve(async (request, response) => {
    const { authorization, "content-type": contentType } = request.headers;
    puts.push({ url: request.url ?? "", body: await bodyOf(request), authorization, contentType });
    response.setHeader("etag", `"${request.url?.slice(1)}"`);
    answer(response);
  });
  return { url, puts };
}

/** @param offered whether it has uploads in parts; `undefined`: it says so and does not */
async function multipartServer(store: string, offered: boolean | undefined) {
  const asked: string[] = [];
  const url = await serve(async (request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url} ${await bodyOf(request)}`.trim());
    if (request.url?.includes("server-info") === true) {
      response.end(JSON.stringify({ multipart_uploads_enabled: offered }));
    } else if (request.url?.includes("/create/") === true) {
      const credentials = [1, 2, 3].map((part) => ({ part_number: part, url: `${store}/${part}`, headers: {} }));
      if (offered === undefined) response.writeHead(501).end('{"error_code":"NOT_IMPLEMENTED"}');
      else response.end(JSON.stringify({ upload_id: "u", credentials }));
    } else {
      response.end("{}");
    }
  });
  return { url, asked };
}
