import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { BackendError } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import { containerAddress } from "./aws-container.ts";
import { type AwsCredentials, awsCredentialStore } from "./aws-credentials.ts";
import { readAwsProfile } from "./aws-profiles.ts";
import { givenUp } from "./http-errors.ts";
import { createHttp, type FileBody, type HttpOptions, type HttpRequest } from "./http.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Signs requests, one after the other or several at once. */
export interface AwsSigner {
  /** The same request with the headers that prove who sends it. */
  sign(request: HttpRequest, signal: AbortSignal): Promise<HttpRequest>;
  close(): void;
}

/** The name of what is behind API Gateway; MLflow's own client uses no other. */
const SERVICE = "execute-api";
/** The servers that give credentials are near, or not there. */
const LOCAL_TIMEOUT_MS = 5000;

/**
 * Signs as MLflow's own client does with MLFLOW_TRACKING_AWS_SIGV4: version 4, for the service `execute-api`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws UserError where no region is known, or a variable names what is not there
 */
export function createAwsSigner(
  environment: Environment,
  options: Pick<HttpOptions, "timeout" | "proxies">,
  now = Date.now,
): AwsSigner {
  const region = regionOf(environment);
  checkPlaces(environment);
  const local = createHttp({ timeout: LOCAL_TIMEOUT_MS });
  const open = createHttp(options);
  const store = awsCredentialStore({ environment, region, local, open, now });
  return {
    async sign(request, signal) {
      try {
        const hash = await hashOf(request.body, signal);
        const credentials = await store.get(signal);
        return await signed(request, hash, { credentials, region, time: now() });
      } catch (error) {
        if (error instanceof BackendError) throw error;
        throw signal.aborted ? givenUp(request.url.origin, signal) : notSigned(error);
      }
    },
    close() {
      local.close();
      open.close();
    },
  };
}

function regionOf(environment: Environment): string {
  const named = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"];
  const region = named || readAwsProfile(environment).settings.get("region");
  if (region) return region;
  throw new UserError(
    "MLFLOW_TRACKING_AWS_SIGV4 is set, and no AWS region: set AWS_REGION=eu-central-1, or the server's",
  );
}

/** What is wrong with a variable is said now, rather than at the end of the run. */
function checkPlaces(environment: Environment): void {
  if (environment["AWS_ACCESS_KEY_ID"]) return;
  readAwsProfile(environment);
  containerAddress(environment);
}

function notSigned(cause: unknown): BackendError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = cause instanceof UserError ? reason : `requests cannot be signed for AWS: ${reason}`;
  return new BackendError(message, { retryable: false, cause });
}

interface Signing {
  readonly credentials: AwsCredentials;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** @param hash SHA-256 of the body, in hexadecimal digits */
export async function signed(
  request: HttpRequest,
  hash: string,
  { credentials, region, time }: Signing,
): Promise<HttpRequest> {
  const { sign } = await import("aws4");
  const { url, method } = request;
  // Proxies may change other headers on the way. `host` is the one that Node sends.
  const headers = {
    host: url.host,
    "x-amz-date": new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, ""),
    "x-amz-content-sha256": hash,
    ...(credentials.sessionToken === undefined ? {} : { "x-amz-security-token": credentials.sessionToken }),
  };
  const path = url.pathname + url.search;
  const made = sign({ method, path, headers, service: SERVICE, region }, credentials);
  const texts = Object.entries(made.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { ...request, headers: { ...request.headers, ...Object.fromEntries(texts) } };
}

async function hashOf(body: HttpRequest["body"], signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  if (typeof body === "string") hash.update(body);
  else if (body !== undefined && body.size > 0) await addFile(hash, body, signal);
  return hash.digest("hex");
}

/** The file is read twice, once for its hash and once to be sent: this service takes no body without one. */
async function addFile(hash: ReturnType<typeof createHash>, body: FileBody, signal: AbortSignal): Promise<void> {
  const { path, size, start = 0, onProgress } = body;
  for await (const chunk of createReadStream(path, { start, end: start + size - 1, signal }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    onProgress?.();
  }
}
