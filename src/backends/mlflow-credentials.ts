import { readFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../model/error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** As much of user and password as one place has. */
interface Login {
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const USER = "MLFLOW_TRACKING_USERNAME";
const PASSWORD = "MLFLOW_TRACKING_PASSWORD";

/**
 * The `Authorization` header, from the first of these places that has one: user and password in the variables, of which
 * `~/.mlflow/credentials` may give one; the token in its variable; the address; that file alone.
 * Throws a `UserError` for half a login and for a plug-in of MLflow's Python client; no message shows a secret.
 */
export function readAuthorization(environment: Environment, address: URL): string | undefined {
  const given: Login = { user: environment[USER] || undefined, password: environment[PASSWORD] || undefined };
  const file = readCredentialsFile(environment["HOME"]);
  const token = environment["MLFLOW_TRACKING_TOKEN"]?.trim();
  const isGiven = given.user !== undefined || given.password !== undefined;
  const login: Login = { user: given.user ?? file.user, password: given.password ?? file.password };
  if (isGiven && isWhole(login)) return basic(login);
  if (token) return bearer(token);
  if (isGiven) throw halfLogin(given);
  if (address.username !== "") {
    return basic({ user: decoded(address.username), password: decoded(address.password) });
  }
  if (isWhole(file)) return basic(file);
  refusePlugin(environment);
  return undefined;
}

/** Without this the server would answer 401, which sends people looking in the wrong place. */
function refusePlugin(environment: Environment): void {
  const instead = `set ${USER} and ${PASSWORD}, or MLFLOW_TRACKING_TOKEN`;
  const plugin = environment["MLFLOW_TRACKING_AUTH"];
  if (plugin) {
    throw new UserError(`MLFLOW_TRACKING_AUTH is "${plugin}", a plug-in for Python: ${instead}`);
  }
}

function halfLogin({ user }: Login): UserError {
  const [has, lacks] = user === undefined ? [PASSWORD, USER] : [USER, PASSWORD];
  return new UserError(`${has} is set without ${lacks}: set both, or neither`);
}

function isWhole(login: Login): login is { user: string; password: string } {
  return login.user !== undefined && login.password !== undefined;
}

function basic({ user, password }: { user: string; password: string }): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function bearer(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UserError("MLFLOW_TRACKING_TOKEN has blanks, line breaks or letters that no token has: copy it again");
  }
  return `Bearer ${token}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone % is no escape: the password simply has one.
    return part;
  }
}

/** Where MLflow's own client looks too. https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/ */
function readCredentialsFile(home: string | undefined): Login {
  const path = home === undefined ? undefined : join(home, ".mlflow", "credentials");
  if (path === undefined) return { user: undefined, password: undefined };
  try {
    return parseCredentials(readFileSync(path, "utf8"));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return { user: undefined, password: undefined };
    throw new UserError(`${path} cannot be read (${code}): make it readable for you, or remove it`, { cause });
  }
}

/**
 * The section `[mlflow]` of a file as Python's configparser reads it: `key = value` or `key: value`, keys in any case,
 * `%%` for a percent sign. Other sections, comments and lines that are none of these are passed over.
 *
 *     [mlflow]
 *     mlflow_tracking_username = mary
 *     mlflow_tracking_password = secret
 */
export function parseCredentials(text: string): Login {
  const found = new Map<string, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]*)\]/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const [, key, value] = /^([^#;=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === "mlflow" && key !== undefined && value) found.set(key.toUpperCase(), value.replaceAll("%%", "%"));
  }
  return { user: found.get(USER), password: found.get(PASSWORD) };
}
