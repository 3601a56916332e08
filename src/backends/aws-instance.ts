import { BackendError } from "../model/backend.ts";
import { readCredentials } from "./aws-answers.ts";
import type { AwsCredentials, AwsSurroundings } from "./aws-credentials.ts";
import type { HttpAnswer, HttpRequest } from "./http.ts";

const METADATA = "http://169.254.169.254";
const ROLES = "/latest/meta-data/iam/security-credentials/";
/** How long nobody may answer. On machines of others there is nobody, and often not even a refusal. */
const TIMEOUT_MS = 2000;
const TOKEN_LASTS_S = 21_600;

/**
 * The credentials of the role of an EC2 instance, by version 2 of its metadata service; `undefined` where there is no
 * such service or no role. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export async function fromInstance(
  { environment, local }: AwsSurroundings,
  signal: AbortSignal,
): Promise<AwsCredentials | undefined> {
  if (/^true$/i.test(environment["AWS_EC2_METADATA_DISABLED"] ?? "")) return undefined;
  const base = (environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] || METADATA).replace(/\/+$/, "");
  const ask = async (method: HttpRequest["method"], path: string, headers: HttpRequest["headers"]) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    return local.send({ method, url: new URL(`${base}${path}`), headers }, limit);
  };
  const lasts = { "x-aws-ec2-metadata-token-ttl-seconds": String(TOKEN_LASTS_S) };
  const token = await ask("PUT", "/latest/api/token", lasts).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof BackendError)) throw error;
    return undefined; // no EC2 instance
  });
  if (token?.status !== 200) return undefined;
  const headers = { "x-aws-ec2-metadata-token": token.body.trim() };
  const roles = await ask("GET", ROLES, headers);
  const role = firstLine(roles);
  if (role === undefined) return undefined;
  const answer = await ask("GET", ROLES + encodeURIComponent(role), headers);
  return readCredentials(answer, "the instance's metadata service");
}

function firstLine({ status, body }: HttpAnswer): string | undefined {
  return status === 200 ? body.trim().split("\n")[0] || undefined : undefined;
}
