import { readFile } from "node:fs/promises";

import { UserError } from "../model/error.ts";
import { readCredentials } from "./aws-answers.ts";
import type { AwsCredentials, AwsSurroundings } from "./aws-credentials.ts";

/** The server that an ECS task has. */
const ECS = "http://169.254.170.2";
/** Other hosts to which http is allowed: this machine, and the server of EKS. */
const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\]|169\.254\.170\.(2|23)|\[fd00:ec2::23\])$/;

/**
 * Where a container asks for its credentials; `undefined` outside of one.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @throws UserError for an address that the token must not be sent to
 */
export function containerAddress(environment: AwsSurroundings["environment"]): URL | undefined {
  const relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
  if (relative) return new URL(`${ECS}/${relative.replace(/^\/+/, "")}`);
  const full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
  if (!full) return undefined;
  const address = URL.canParse(full) ? new URL(full) : undefined;
  if (address?.protocol === "https:" || (address?.protocol === "http:" && LOCAL.test(address.hostname))) return address;
  throw new UserError(
    `AWS_CONTAINER_CREDENTIALS_FULL_URI is "${full}", which is neither https nor of this machine: set it as your platform does`,
  );
}

/** What the container's server gives. Its token is read each time: the platform replaces it. */
export async function fromContainer(
  { environment, local }: AwsSurroundings,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const url = containerAddress(environment);
  if (url === undefined) throw new Error("no container");
  const authorization = await readToken(environment);
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await local.send({ method: "GET", url, headers: { accept: "application/json", ...headers } }, signal);
  return readCredentials(answer, `the container's credential server at ${url.origin}`);
}

async function readToken(environment: AwsSurroundings["environment"]): Promise<string | undefined> {
  const path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const token = path
    ? await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
        throw new UserError(
          `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is "${path}", which cannot be read (${cause.code}): name a readable file`,
          { cause },
        );
      })
    : environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  return token?.trim() || undefined;
}
