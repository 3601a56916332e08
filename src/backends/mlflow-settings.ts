import { readFileSync } from "node:fs";

import { UserError } from "../model/error.ts";
import type { HttpOptions } from "./http.ts";
import { type AwsSigner, createAwsSigner } from "./aws-signing.ts";
import { readAuthorization } from "./mlflow-credentials.ts";
import { proxiesOf } from "./proxies.ts";

/** How an MLflow server is reached, from the variables that MLflow's own client reads. */
export interface MlflowSettings {
  /** Where the server is, without credentials and without a slash at its end. */
  readonly base: string;
  /** The part of the server that is meant, on one that has several. */
  readonly workspace: string | undefined;
  /** Sent with every request. Holds the credentials: never shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly http: HttpOptions;
  /** Signs every request to the server, where that stands in place of a login. */
  readonly signer: AwsSigner | undefined;
  readonly multipart: MultipartSettings;
}

/** How large files go through the server, as MLflow's own client has it. */
export interface MultipartSettings {
  /** Whether they go in parts; `undefined`: where the server says that it has this. */
  readonly enabled: boolean | undefined;
  /** Bytes from which a file is large. */
  readonly from: number;
  /** Bytes of a part. */
  readonly part: number;
}

const MEBIBYTE = 1024 ** 2;

const EXAMPLE = "MLFLOW_TRACKING_URI=http://127.0.0.1:5000";
const DEFAULT_TIMEOUT_SECONDS = 30;

/** Throws a `UserError` for what is missing or malformed; no message shows a password or a token. */
export function readMlflowSettings(environment: NodeJS.ProcessEnv): MlflowSettings {
  const address = readAddress(environment["MLFLOW_TRACKING_URI"]);
  const http = {
    timeout: readTimeout(environment["MLFLOW_HTTP_REQUEST_TIMEOUT"]) * 1000,
    proxies: proxiesOf(environment),
  };
  // Says now what is wrong with the proxy, rather than at the end of the run.
  http.proxies(address);
  // A signature takes the place of every login, as in MLflow's own client.
  const signer =
    readSwitch(environment["MLFLOW_TRACKING_AWS_SIGV4"]) === true ? createAwsSigner(environment, http) : undefined;
  const authorization = signer === undefined ? readAuthorization(environment, address) : undefined;
  const workspace = environment["MLFLOW_WORKSPACE"] || undefined;
  return {
    base: `${address.origin}${address.pathname.replace(/\/+$/, "")}`,
    workspace,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(workspace !== undefined ? { "x-mlflow-workspace": workspace } : {}),
    },
    multipart: {
      enabled: readSwitch(environment["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"]),
      from: readBytes(environment, "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", 500 * MEBIBYTE),
      part: readBytes(environment, "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", 10 * MEBIBYTE),
    },
    http: { ...http, tls: readTls(environment) },
    signer,
  };
}

function readAddress(value: string | undefined): URL {
  if (!value?.trim()) {
    throw new UserError(`the mlflow backend needs the address of a server: set ${EXAMPLE}`);
  }
  const address = URL.canParse(value.trim()) ? new URL(value.trim()) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol) || address.hostname === "") {
    throw new UserError(
      `MLFLOW_TRACKING_URI is "${withoutCredentials(value)}", which is no http or https address: start \`mlflow server\` and set ${EXAMPLE}`,
    );
  }
  return address;
}

/** The value may be no URL at all, so everything before its last `@` may be a secret. */
function withoutCredentials(value: string): string {
  return value.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, "$1…@");
}

function readTimeout(value: string | undefined): number {
  if (!value) return DEFAULT_TIMEOUT_SECONDS;
  const seconds = Number(value);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new UserError(
    `MLFLOW_HTTP_REQUEST_TIMEOUT is "${value}", which is no number of seconds: set MLFLOW_HTTP_REQUEST_TIMEOUT=${DEFAULT_TIMEOUT_SECONDS}`,
  );
}

function readSwitch(value: string | undefined): boolean | undefined {
  return value ? /^(true|1)$/i.test(value) : undefined;
}

function readBytes(environment: NodeJS.ProcessEnv, variable: string, otherwise: number): number {
  const value = environment[variable];
  if (!value) return otherwise;
  const bytes = Number(value);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new UserError(`${variable} is "${value}", which is no number of bytes: set ${variable}=${otherwise}`);
}

/** Files with the authorities to trust; the last two are those of Python's requests, which MLflow's own client uses. */
const AUTHORITIES = ["MLFLOW_TRACKING_SERVER_CERT_PATH", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] as const;

function readTls(environment: NodeJS.ProcessEnv): NonNullable<HttpOptions["tls"]> {
  const insecure = /^(true|1)$/i.test(environment["MLFLOW_TRACKING_INSECURE_TLS"] ?? "");
  const authority = environment["MLFLOW_TRACKING_SERVER_CERT_PATH"];
  const own = environment["MLFLOW_TRACKING_CLIENT_CERT_PATH"];
  if (insecure && authority) {
    throw new UserError(
      "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH are both set: unset one of them",
    );
  }
  const pair = own ? readPem("MLFLOW_TRACKING_CLIENT_CERT_PATH", own) : undefined;
  const trusted = insecure ? undefined : AUTHORITIES.find((variable) => environment[variable]);
  return {
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(trusted === undefined ? {} : { ca: readPem(trusted, environment[trusted] ?? "") }),
    ...(pair === undefined ? {} : { cert: pair, key: pair }),
  };
}

function readPem(variable: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError(`${variable} is "${path}", which cannot be read: name a readable PEM file`, { cause });
  }
}
