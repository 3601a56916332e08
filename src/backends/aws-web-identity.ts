import { readFile } from "node:fs/promises";

import { UserError } from "../model/error.ts";
import { credentialsOf } from "./aws-answers.ts";
import type { AwsCredentials, AwsSurroundings } from "./aws-credentials.ts";

/**
 * Exchanges the token of a Kubernetes service account, or another web identity, for the credentials of a role:
 * AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME. The token is read each time: it is replaced in its file.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function fromWebIdentity(
  { environment, region, open, now }: AwsSurroundings,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const path = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "";
  const token = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(
      `AWS_WEB_IDENTITY_TOKEN_FILE is "${path}", which cannot be read (${cause.code}): name a readable file`,
      { cause },
    );
  });
  const body = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: environment["AWS_ROLE_ARN"] ?? "",
    RoleSessionName: environment["AWS_ROLE_SESSION_NAME"] || `tracelet-${now()}`,
    WebIdentityToken: token.trim(),
  }).toString();
  const url = new URL(environment["AWS_ENDPOINT_URL_STS"] || `https://sts.${region}.${domainOf(region)}/`);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await open.send({ method: "POST", url, headers, body }, signal);
  const part = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer.body)?.[1];
  return credentialsOf(
    {
      id: part("AccessKeyId"),
      secret: part("SecretAccessKey"),
      token: part("SessionToken"),
      expires: part("Expiration"),
    },
    answer,
    `AWS at ${url.origin}`,
  );
}

function domainOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
