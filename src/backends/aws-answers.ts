import { BackendError } from "../model/backend.ts";
import type { AwsCredentials } from "./aws-credentials.ts";
import type { HttpAnswer } from "./http.ts";
import { parseJson, textAt } from "./mlflow-json.ts";

/**
 * Credentials as the servers of containers and instances give them.
 *
 *     {"AccessKeyId": "AKIA…", "SecretAccessKey": "…", "Token": "…", "Expiration": "2026-01-01T00:00:00Z"}
 */
export function readCredentials(answer: HttpAnswer, who: string): AwsCredentials {
  const value = answer.status === 200 ? parseJson(answer.body) : undefined;
  return credentialsOf(
    {
      id: textAt(value, "AccessKeyId"),
      secret: textAt(value, "SecretAccessKey"),
      token: textAt(value, "Token"),
      expires: textAt(value, "Expiration"),
    },
    answer,
    who,
  );
}

/** The parts of an answer as credentials. Its text is in no message: it may hold a secret. */
export function credentialsOf(
  parts: Readonly<Record<"id" | "secret" | "token" | "expires", string | undefined>>,
  { status }: HttpAnswer,
  who: string,
): AwsCredentials {
  const { id, secret, token } = parts;
  if (!id || !secret) throw noCredentials(who, status);
  const expires = Date.parse(parts.expires ?? "");
  return {
    accessKeyId: id,
    secretAccessKey: secret,
    ...(token ? { sessionToken: token } : {}),
    ...(Number.isNaN(expires) ? {} : { expires }),
  };
}

function noCredentials(who: string, status: number): BackendError {
  return new BackendError(`requests cannot be signed for AWS: ${who} gives no credentials (HTTP ${status})`, {
    retryable: status === 429 || status >= 500,
    hint: "check the role that this machine or job has",
  });
}
