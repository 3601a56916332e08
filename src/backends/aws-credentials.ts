import { BackendError } from "../model/backend.ts";
import { containerAddress, fromContainer } from "./aws-container.ts";
import { fromInstance } from "./aws-instance.ts";
import { type AwsProfile, readAwsProfile } from "./aws-profiles.ts";
import { fromWebIdentity } from "./aws-web-identity.ts";
import type { HttpClient } from "./http.ts";

/** What a request to AWS is signed with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch after which they do not count any more; absent: they stay. */
  readonly expires?: number;
}

/** What it takes to look for credentials. */
export interface AwsSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly region: string;
  /** To servers of this machine alone, which no proxy reaches. */
  readonly local: HttpClient;
  /** To AWS. */
  readonly open: HttpClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Credentials that are fresh whenever they are asked for. */
export interface AwsCredentialStore {
  get(signal: AbortSignal): Promise<AwsCredentials>;
}

/** Those that are about to expire are replaced before: a request may be some time on its way. */
const FRESH_MS = 5 * 60_000;
/** A file may be rewritten by whoever keeps its keys fresh. */
const FILE_LASTS_MS = 10 * 60_000;

/**
 * Looks where the AWS tools look, in their order: the variables, a web identity, the profile's files, the container's
 * server, the instance's. https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function awsCredentialStore(surroundings: AwsSurroundings): AwsCredentialStore {
  const { now } = surroundings;
  let known: AwsCredentials | undefined;
  let asked: Promise<AwsCredentials> | undefined;

  async function refresh(signal: AbortSignal): Promise<AwsCredentials> {
    try {
      known = await findCredentials(surroundings, signal);
      return known;
    } catch (error) {
      // The old ones may do for some minutes more, and the next request asks again.
      if (known !== undefined && lasts(known, now()) > 0) return known;
      throw error;
    } finally {
      asked = undefined;
    }
  }

  return {
    async get(signal) {
      if (known !== undefined && lasts(known, now()) > FRESH_MS) return known;
      asked ??= refresh(signal);
      return asked;
    },
  };
}

function lasts({ expires = Number.POSITIVE_INFINITY }: AwsCredentials, now: number): number {
  return expires - now;
}

async function findCredentials(surroundings: AwsSurroundings, signal: AbortSignal): Promise<AwsCredentials> {
  const { environment } = surroundings;
  const given = fromVariables(environment);
  if (given !== undefined) return given;
  if (environment["AWS_WEB_IDENTITY_TOKEN_FILE"] && environment["AWS_ROLE_ARN"]) {
    return fromWebIdentity(surroundings, signal);
  }
  const profile = readAwsProfile(environment);
  const kept = fromProfile(profile, surroundings.now());
  if (kept !== undefined) return kept;
  refuseForeignWays(profile);
  if (containerAddress(environment) !== undefined) return fromContainer(surroundings, signal);
  const found = await fromInstance(surroundings, signal);
  if (found !== undefined) return found;
  throw new BackendError("requests cannot be signed for AWS: there are no credentials", {
    retryable: false,
    hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
  });
}

function fromVariables(environment: AwsSurroundings["environment"]): AwsCredentials | undefined {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = environment["AWS_SESSION_TOKEN"] || environment["AWS_SECURITY_TOKEN"];
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

function fromProfile({ settings }: AwsProfile, now: number): AwsCredentials | undefined {
  const accessKeyId = settings.get("aws_access_key_id");
  const secretAccessKey = settings.get("aws_secret_access_key");
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const sessionToken = settings.get("aws_session_token");
  const token = sessionToken === undefined ? {} : { sessionToken };
  return { accessKeyId, secretAccessKey, ...token, expires: now + FILE_LASTS_MS };
}

/** Ways to credentials that would mean other programs, a browser or more of AWS. */
function refuseForeignWays({ name, settings }: AwsProfile): void {
  const way = ["credential_process", "sso_session", "sso_start_url", "login_session", "role_arn"].find((key) =>
    settings.has(key),
  );
  if (way === undefined) return;
  throw new BackendError(`requests cannot be signed for AWS: the profile "${name}" has its keys by ${way}`, {
    retryable: false,
    hint: `type: eval "$(aws configure export-credentials --profile ${name} --format env)"`,
  });
}
