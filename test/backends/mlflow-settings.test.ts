import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { describe, expect, it } from "vitest";

import { createBackend } from "../../src/backends/index.ts";
import { readMlflowSettings } from "../../src/backends/mlflow-settings.ts";
import { UserError } from "../../src/model/error.ts";

const URI = { MLFLOW_TRACKING_URI: "http://127.0.0.1:5000" };
const FILE = "[mlflow]\nmlflow_tracking_username=mary\nmlflow_tracking_password=p\n";
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("the address", () => {
  it.each([
    ["http://127.0.0.1:5000", "http://127.0.0.1:5000"],
    [" https://mlflow.example.com/team/a// ", "https://mlflow.example.com/team/a"],
    ["http://localhost:5000/#/experiments/3", "http://localhost:5000"],
    ["http://mary:hunter2@localhost:5000/?x=1", "http://localhost:5000"],
  ])("%j is shown as %j", (uri, base) => {
    expect(readMlflowSettings({ MLFLOW_TRACKING_URI: uri }).base).toBe(base);
  });

  it.each([undefined, "", " "])("%j is missing, and the message says what to set", (uri) => {
    expect(() => createBackend("mlflow", { MLFLOW_TRACKING_URI: uri })).toThrow(
      new UserError("the mlflow backend needs the address of a server: set MLFLOW_TRACKING_URI=http://127.0.0.1:5000"),
    );
  });

  it.each(["127.0.0.1:5000", "localhost", "sqlite:///mlflow.db", "./mlruns", "databricks", "ftp://x/", "http://"])(
    "%j is refused, and the message says what to set",
    (uri) => {
      expect(() => createBackend("mlflow", { MLFLOW_TRACKING_URI: uri })).toThrow(UserError);
      expect(() => createBackend("mlflow", { MLFLOW_TRACKING_URI: uri })).toThrow(
        `MLFLOW_TRACKING_URI is "${uri}", which is no http or https address: start \`mlflow server\` and set MLFLOW_TRACKING_URI=http://127.0.0.1:5000`,
      );
    },
  );

  it.each([
    "ftp://mary:hunter2@host/",
    "mary:hunter2@host:5000",
    "http://mary:hunter2@host:port",
    "http//a:hunter2/p@x",
  ])("the password in %j is not shown", (uri) => {
    const attempt = () => readMlflowSettings({ MLFLOW_TRACKING_URI: uri });
    expect(attempt).toThrow("MLFLOW_TRACKING_URI is");
    expect(attempt).not.toThrow(/hunter2/);
  });
});

describe("the credentials", () => {
  it.each([
    ["user and password", { MLFLOW_TRACKING_USERNAME: "mary", MLFLOW_TRACKING_PASSWORD: "p:ü" }, basic("mary:p:ü")],
    ["a token", { MLFLOW_TRACKING_TOKEN: "t0ken\n" }, "Bearer t0ken"],
    [
      "user and password before a token",
      { MLFLOW_TRACKING_USERNAME: "mary", MLFLOW_TRACKING_PASSWORD: "p", MLFLOW_TRACKING_TOKEN: "t" },
      basic("mary:p"),
    ],
    ["the address's own", { MLFLOW_TRACKING_URI: "http://mary:p%40ss%@h" }, basic("mary:p%40ss%")],
    ["the address's own, decoded", { MLFLOW_TRACKING_URI: "http://mary:p%40ss@h" }, basic("mary:p@ss")],
    ["a variable before the address", { MLFLOW_TRACKING_URI: "http://a:b@h", MLFLOW_TRACKING_TOKEN: "t" }, "Bearer t"],
    ["none", { MLFLOW_TRACKING_TOKEN: "" }, undefined],
  ])("%s", (_name, variables, authorization) => {
    expect(readMlflowSettings({ ...URI, ...variables }).headers["authorization"]).toBe(authorization);
  });

  it("a user without a password is a mistake", () => {
    expect(() => readMlflowSettings({ ...URI, MLFLOW_TRACKING_USERNAME: "mary" })).toThrow(
      new UserError("MLFLOW_TRACKING_USERNAME is set without MLFLOW_TRACKING_PASSWORD: set both, or neither"),
    );
  });

  it.each<[string, Record<string, string>, string, string | undefined]>([
    [
      "alone",
      {},
      "[mlflow]\nmlflow_tracking_username = mary\nmlflow_tracking_password = p%%;#x \n",
      basic("mary:p%;#x"),
    ],
    [
      "with the other spelling",
      {},
      "# ours\n[mlflow]\nMLFLOW_TRACKING_USERNAME: mary\nMLFLOW_TRACKING_PASSWORD: p:q\n",
      basic("mary:p:q"),
    ],
    ["in another section", {}, "[other]\nmlflow_tracking_username=mary\nmlflow_tracking_password=p\n", undefined],
    ["with half a login", {}, "[mlflow]\nmlflow_tracking_username=mary\n", undefined],
    ["for the other half of a variable", { MLFLOW_TRACKING_USERNAME: "joe" }, FILE, basic("joe:p")],
    ["after a token", { MLFLOW_TRACKING_TOKEN: "t" }, FILE, "Bearer t"],
    ["after the address", { MLFLOW_TRACKING_URI: "http://a:b@h" }, FILE, basic("a:b")],
  ])("~/.mlflow/credentials %s", async (_name, variables, text, authorization) => {
    const home = await mkdtemp(path.join(tmpdir(), "tracelet-home-"));
    await mkdir(path.join(home, ".mlflow"));
    await writeFile(path.join(home, ".mlflow", "credentials"), text);
    expect(readMlflowSettings({ ...URI, HOME: home, ...variables }).headers["authorization"]).toBe(authorization);
    await rm(home, { recursive: true });
  });

  it("a way to sign in that only Python has is told, unless there is another", () => {
    const variables = { ...URI, MLFLOW_TRACKING_AUTH: "plugin" };
    expect(() => readMlflowSettings(variables)).toThrow(UserError);
    expect(readMlflowSettings({ ...variables, MLFLOW_TRACKING_TOKEN: "t" }).headers).toEqual({
      authorization: "Bearer t",
    });
  });

  it("a token that cannot be one is a mistake, and is not shown", () => {
    const attempt = () => readMlflowSettings({ ...URI, MLFLOW_TRACKING_TOKEN: "se\ncret" });
    expect(attempt).toThrow(UserError);
    expect(attempt).not.toThrow(/cret/);
  });
});

describe("the rest", () => {
  it("the time-out of a request is in seconds, 30 unless said", () => {
    expect(readMlflowSettings(URI).http.timeout).toBe(30_000);
    expect(readMlflowSettings({ ...URI, MLFLOW_HTTP_REQUEST_TIMEOUT: "0.5" }).http.timeout).toBe(500);
    expect(() => readMlflowSettings({ ...URI, MLFLOW_HTTP_REQUEST_TIMEOUT: "soon" })).toThrow(UserError);
  });

  it("certificates are read from their files", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "tracelet-tls-"));
    const file = path.join(folder, "ca.pem");
    await writeFile(file, "PEM");
    for (const variable of ["MLFLOW_TRACKING_SERVER_CERT_PATH", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]) {
      expect(readMlflowSettings({ ...URI, [variable]: file }).http.tls).toEqual({ ca: "PEM" });
    }
    const both = { MLFLOW_TRACKING_SERVER_CERT_PATH: file, REQUESTS_CA_BUNDLE: "/nowhere" };
    expect(readMlflowSettings({ ...URI, ...both }).http.tls).toEqual({ ca: "PEM" });
    await rm(folder, { recursive: true });
    expect(() => readMlflowSettings({ ...URI, MLFLOW_TRACKING_SERVER_CERT_PATH: file })).toThrow(UserError);
  });

  it("verification is switched off only by its variable", () => {
    expect(readMlflowSettings({ ...URI, MLFLOW_TRACKING_INSECURE_TLS: "true" }).http.tls).toEqual({
      rejectUnauthorized: false,
    });
    expect(readMlflowSettings({ ...URI, MLFLOW_TRACKING_INSECURE_TLS: "false" }).http.tls).toEqual({});
  });

  it("a workspace is sent only where one is named", () => {
    expect(readMlflowSettings(URI).headers).toEqual({});
    expect(readMlflowSettings({ ...URI, MLFLOW_WORKSPACE: "team" }).headers).toEqual({ "x-mlflow-workspace": "team" });
  });

  it("an unknown backend is told with those there are", () => {
    expect(() => createBackend("mlfow", {})).toThrow(
      new UserError(
        '"mlfow" is no backend: use --backend mlflow or --backend wandb or --backend tensorboard or --backend null',
      ),
    );
    expect(() => createBackend("toString", {})).toThrow(UserError);
  });
});
