import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { containerAddress } from "../../src/backends/aws-container.ts";
import { type AwsCredentialStore, awsCredentialStore } from "../../src/backends/aws-credentials.ts";
import { sectionIn } from "../../src/backends/aws-profiles.ts";
import { createHttp } from "../../src/backends/http.ts";
import { fakeServers, NEVER } from "./fake-mlflow.ts";
import { bodyOf } from "./fake-server.ts";

const HERE = { AWS_EC2_METADATA_DISABLED: "true" };
const http = createHttp({ timeout: 5000 });
afterAll(() => http.close());

let folder: string;
let clock = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "tracelet-aws-"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  clock = 0;
});

const store = (environment: Record<string, string>): AwsCredentialStore =>
  awsCredentialStore({ environment, region: "eu-central-1", local: http, open: http, now: () => clock });
const put = async (name: string, text: string): Promise<string> => {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
};
const answer = (id: string, lasts: number) =>
  JSON.stringify({
    Code: "Success",
    AccessKeyId: id,
    SecretAccessKey: "secret",
    Token: "token",
    Expiration: new Date(clock + lasts).toISOString(),
  });

describe("the credentials are", () => {
  const start = fakeServers();

  it("those of the variables, before all others", async () => {
    const file = await put("credentials", "[default]\naws_access_key_id = B\naws_secret_access_key = b\n");
    const variables = { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "a", AWS_SESSION_TOKEN: "t" };
    const found = await store({ ...HERE, ...variables, AWS_SHARED_CREDENTIALS_FILE: file }).get(NEVER);
    expect(found).toEqual({ accessKeyId: "A", secretAccessKey: "a", sessionToken: "t" });
  });

  it("those of the profile, read again after some minutes", async () => {
    const of = (key: string) =>
      `[default]\naws_access_key_id = D\naws_secret_access_key = d\n[team]\naws_access_key_id = ${key}\naws_secret_access_key=b+/=\n`;
    const file = await put("shared", of("B"));
    const profiles = store({ ...HERE, AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: "team" });
    expect(await profiles.get(NEVER)).toMatchObject({ accessKeyId: "B", secretAccessKey: "b+/=" });
    await put("shared", of("C"));
    expect(await profiles.get(NEVER)).toMatchObject({ accessKeyId: "B" });
    clock = 6 * 60_000;
    expect(await profiles.get(NEVER)).toMatchObject({ accessKeyId: "C" });
  });

  it("refused where the profile has them by ways that tracelet does not go", async () => {
    const file = await put("config", "[profile team]\nsso_session = x\n");
    await expect(store({ ...HERE, AWS_CONFIG_FILE: file, AWS_PROFILE: "team" }).get(NEVER)).rejects.toMatchObject({
      message: 'requests cannot be signed for AWS: the profile "team" has its keys by sso_session',
      hint: 'type: eval "$(aws configure export-credentials --profile team --format env)"',
      retryable: false,
    });
  });

  it("those of the container's server, asked with its token and asked again before they expire", async () => {
    const asked: IncomingMessage[] = [];
    const server = await start((request, response) => {
      asked.push(request);
      response.end(answer(`C${asked.length}`, 3_600_000));
    });
    const token = await put("token", "word\n");
    const container = store({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server}/role`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token,
    });
    const both = await Promise.all([container.get(NEVER), container.get(NEVER)]);
    expect(both.map(({ accessKeyId }) => accessKeyId)).toEqual(["C1", "C1"]);
    expect(asked[0]?.headers.authorization).toBe("word");
    clock = 54 * 60_000;
    expect(await container.get(NEVER)).toMatchObject({ accessKeyId: "C1", sessionToken: "token" });
    clock = 56 * 60_000;
    expect(await container.get(NEVER)).toMatchObject({ accessKeyId: "C2" });
  });

  it("the old ones while they last, where there are no new ones", async () => {
    let isDown = false;
    const server = await start((_, response) => {
      if (isDown) response.writeHead(500);
      response.end(isDown ? "secret words" : answer("C", 3_600_000));
    });
    const container = store({ AWS_CONTAINER_CREDENTIALS_FULL_URI: server });
    await container.get(NEVER);
    isDown = true;
    clock = 59 * 60_000;
    expect(await container.get(NEVER)).toMatchObject({ accessKeyId: "C" });
    clock = 61 * 60_000;
    await expect(container.get(NEVER)).rejects.toMatchObject({
      message: `requests cannot be signed for AWS: the container's credential server at ${server} gives no credentials (HTTP 500)`,
      retryable: true,
    });
  });

  it("those of the instance's role, by version 2 of its service", async () => {
    const server = await start((request, response) => {
      const { method, url, headers } = request;
      if (method === "PUT" && url === "/latest/api/token" && headers["x-aws-ec2-metadata-token-ttl-seconds"]) {
        response.end("session");
      } else if (headers["x-aws-ec2-metadata-token"] !== "session") {
        response.writeHead(401).end();
      } else if (url === "/latest/meta-data/iam/security-credentials/") response.end("a-role\n");
      else if (url === "/latest/meta-data/iam/security-credentials/a-role") response.end(answer("I", 3_600_000));
      else response.writeHead(404).end();
    });
    const instance = store({ AWS_EC2_METADATA_SERVICE_ENDPOINT: `${server}/`, HOME: folder });
    expect(await instance.get(NEVER)).toMatchObject({
      accessKeyId: "I",
      secretAccessKey: "secret",
      sessionToken: "token",
    });
  });

  it("none where the instance has no role", async () => {
    const server = await start(({ method }, response) => response.writeHead(method === "PUT" ? 200 : 404).end("x"));
    const instance = store({ AWS_EC2_METADATA_SERVICE_ENDPOINT: server, HOME: folder });
    await expect(instance.get(NEVER)).rejects.toThrow("there are no credentials");
  });

  it("none where nobody answers, which takes no time", async () => {
    const server = await start(() => {});
    const instance = store({ AWS_EC2_METADATA_SERVICE_ENDPOINT: server, HOME: folder });
    await expect(instance.get(NEVER)).rejects.toThrow("there are no credentials");
  });

  it("those that AWS gives for a web identity, whose token stays out of the address", async () => {
    const asked: { url: string | undefined; form: URLSearchParams }[] = [];
    const server = await start(async (request, response) => {
      asked.push({ url: request.url, form: new URLSearchParams(await bodyOf(request)) });
      const ends = new Date(clock + 3_600_000).toISOString();
      response.end(
        `<A><R><Credentials><AccessKeyId>W</AccessKeyId><SecretAccessKey>w/+=</SecretAccessKey><SessionToken>t==</SessionToken><Expiration>${ends}</Expiration></Credentials></R></A>`,
      );
    });
    const token = await put("identity", "header.payload.signature\n");
    const identity = store({
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/x",
      AWS_ROLE_SESSION_NAME: "me",
      AWS_ENDPOINT_URL_STS: server,
    });
    expect(await identity.get(NEVER)).toEqual({
      accessKeyId: "W",
      secretAccessKey: "w/+=",
      sessionToken: "t==",
      expires: 3_600_000,
    });
    expect(asked[0]?.url).toBe("/");
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: "arn:aws:iam::123456789012:role/x",
      RoleSessionName: "me",
      WebIdentityToken: "header.payload.signature",
    });
  });
});

describe("the container's server", () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/x?id=1" }, "http://169.254.170.2/v2/x?id=1"],
    [
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials" },
      "http://169.254.170.23/v1/credentials",
    ],
    [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: "https://example.com/x" }, "https://example.com/x"],
  ])("%j is at %s", (environment, address) => {
    expect(containerAddress(environment)?.href).toBe(address);
  });

  it.each(["http://example.com/", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/", "x"])(
    "%s does not get the token",
    (address) => {
      expect(() => containerAddress({ AWS_CONTAINER_CREDENTIALS_FULL_URI: address })).toThrow(
        "neither https nor of this machine",
      );
    },
  );
});

describe("a section of the AWS files", () => {
  it.each<[string, string, Record<string, string> | undefined]>([
    ["of nothing", "", undefined],
    ["that is not there", "[other]\na = 1\n", undefined],
    ["with settings", "[ x ]\r\nA = 1\r\nb=2 # two\n# c = 3\n;d = 4\n[y]\na = 9\n", { a: "1", b: "2" }],
    ["with nested settings", "[x]\ns3 =\n  a = 9\nb = 2\n", { b: "2" }],
    ["with signs in a value", "[x]\na = p#q;r=s\n", { a: "p#q;r=s" }],
    ["cut short", "[x]\na = 1\nb", { a: "1" }],
    ["twice", "[x]\na = 1\n[x]\nb = 2\n", { a: "1", b: "2" }],
  ])("%s", (_name, text, expected) => {
    const section = sectionIn(text, ["x"]);
    expect(section === undefined ? undefined : Object.fromEntries(section)).toEqual(expected);
  });
});
