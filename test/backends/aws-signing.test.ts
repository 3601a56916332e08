import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { signed } from "../../src/backends/aws-signing.ts";
import { readMlflowSettings } from "../../src/backends/mlflow-settings.ts";
import { UserError } from "../../src/model/error.ts";
import { awsPython, type SentRequest, verifySignatures } from "../support/aws/verify.ts";
import { isAvailable } from "../support/python-environment.ts";
import { failureOf, fakeServers, NEVER, REMOTE, withBackend } from "./fake-mlflow.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const ON = { MLFLOW_TRACKING_AWS_SIGV4: "true", AWS_REGION: "eu-central-1", AWS_EC2_METADATA_DISABLED: "true" };
const URI = { MLFLOW_TRACKING_URI: "http://127.0.0.1:5000" };

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "tracelet-aws-"));
});
afterAll(() => rm(home, { recursive: true }));

describe.skipIf(!(await isAvailable("botocore", awsPython)))("what botocore says to our signatures:", () => {
  const start = fakeServers();
  const sent: SentRequest[] = [];
  const keep = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await buffer(request)).toString("base64");
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    sent.push({ method: request.method ?? "", url: request.url ?? "", headers: Object.fromEntries(headers), body });
    response.end(JSON.stringify({ run: { info: { run_id: "r1", experiment_id: "1" }, data: {} } }));
  };

  it.each([
    ["lasting keys", KEYS],
    ["keys for a session", { ...KEYS, AWS_SESSION_TOKEN: "IQoJb3JpZ2luX2VjE//token+/==" }],
  ])("all requests of an upload are right, with %s", async (_name, keys) => {
    sent.length = 0;
    const file = path.join(home, "file");
    await writeFile(file, Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251)));
    const names = ["plain.txt", "größe & co/a b+c (1)~!'*.txt", "a=b;c,d@e$f%41.txt", "empty.txt"];
    await writeFile(path.join(home, "empty"), "");
    await withBackend(
      `${await start(keep)}/prod`,
      async (backend) => {
        await backend.check?.(NEVER);
        const metrics = [{ metrics: { größe: 1 }, step: 1, timestamp: 1 }];
        await backend.write(REMOTE, { metrics, system: [], params: { a: "b" }, tags: {} }, NEVER);
        for (const name of names) {
          const at = name.startsWith("empty") ? path.join(home, "empty") : file;
          await backend.uploadArtifact(REMOTE, { name, path: at }, NEVER);
        }
      },
      { ...ON, ...keys, HOME: home, MLFLOW_WORKSPACE: "team" },
    );
    expect(sent.map(({ method }) => method)).toEqual(["POST", "GET", "POST", "POST", "PUT", "PUT", "PUT", "PUT"]);
    const by = { secret: keys.AWS_SECRET_ACCESS_KEY, region: ON.AWS_REGION };
    expect(await verifySignatures(sent, by)).toEqual(sent.map(() => null));
    expect(await verifySignatures(sent, { ...by, secret: "x" })).toEqual(sent.map(() => "another signature"));
  });

  it("odd addresses are right", async () => {
    const urls = [
      "http://h/",
      "http://h:81/a//b/./c",
      "http://h/?a=b&A=1&a=a&z=",
      "http://h/x?y=%2F%20%C3%BC&k=a%2Bb",
      "http://h/%E2%82%AC/%25",
    ];
    const credentials = { accessKeyId: "AKID", secretAccessKey: "s" };
    const requests = await Promise.all(
      urls.map(async (address): Promise<SentRequest> => {
        const url = new URL(address);
        const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        const by = { credentials, region: "us-east-1", time: 1_440_938_160_000 };
        const { headers } = await signed({ method: "GET", url, headers: {} }, empty, by);
        return { method: "GET", url: url.pathname + url.search, headers, body: "" };
      }),
    );
    expect(await verifySignatures(requests, { secret: "s", region: "us-east-1" })).toEqual(urls.map(() => null));
  });
});

describe("with MLFLOW_TRACKING_AWS_SIGV4", () => {
  const start = fakeServers();

  it("a login is not sent", () => {
    const login = { MLFLOW_TRACKING_USERNAME: "mary", MLFLOW_TRACKING_PASSWORD: "p", MLFLOW_TRACKING_TOKEN: "t" };
    const settings = readMlflowSettings({ ...URI, ...ON, ...KEYS, ...login });
    expect(settings.headers).not.toHaveProperty("authorization");
    settings.signer?.close();
  });

  it("a region is needed", () => {
    expect(() => readMlflowSettings({ ...URI, MLFLOW_TRACKING_AWS_SIGV4: "1", ...KEYS, HOME: home })).toThrow(
      new UserError(
        "MLFLOW_TRACKING_AWS_SIGV4 is set, and no AWS region: set AWS_REGION=eu-central-1, or the server's",
      ),
    );
  });

  it("a profile that is nowhere is told at once", () => {
    expect(() => readMlflowSettings({ ...URI, ...ON, HOME: home, AWS_PROFILE: "gone" })).toThrow(
      new UserError(
        'AWS_PROFILE is "gone", and no file of AWS has such a profile: type `aws configure --profile gone`, or unset AWS_PROFILE',
      ),
    );
  });

  it("missing credentials are told before anything is sent", async () => {
    const server = await start((_, response) => response.end("{}"));
    expect(
      await failureOf((backend) => backend.check?.(NEVER) ?? Promise.resolve(), server, { ...ON, HOME: home }),
    ).toMatchObject({
      message: "requests cannot be signed for AWS: there are no credentials",
      retryable: false,
      hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    });
  });

  it("a refusal says where to look, and no secret", async () => {
    const server = await start((_, response) =>
      response.writeHead(403).end('{"message":"The security token is expired"}'),
    );
    const act = (backend: { check?(signal: AbortSignal): Promise<void> }) =>
      backend.check?.(NEVER) ?? Promise.resolve();
    const failure = await failureOf(act, server, { ...ON, ...KEYS });
    expect(failure).toMatchObject({
      message: expect.stringContaining("The security token is expired"),
      hint: "check the AWS credentials, the region and this machine's clock",
    });
    expect(JSON.stringify([failure.message, failure.hint])).not.toContain("wJalrXUtn");
  });
});
