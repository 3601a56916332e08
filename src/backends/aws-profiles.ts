import { readFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../model/error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A profile of the AWS command line: its settings by their names in small letters. */
export interface AwsProfile {
  readonly name: string;
  readonly settings: ReadonlyMap<string, string>;
}

/**
 * The profile that AWS_PROFILE names, or `default`, from `~/.aws/config` and, before it, `~/.aws/credentials`
 * (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE). https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
 * @throws UserError where AWS_PROFILE names one that is in neither file, or a file cannot be read
 */
export function readAwsProfile(environment: Environment): AwsProfile {
  const named = environment["AWS_PROFILE"] || environment["AWS_DEFAULT_PROFILE"] || undefined;
  const name = named ?? "default";
  const config = readFile(fileOf(environment, "AWS_CONFIG_FILE", "config"));
  const credentials = readFile(fileOf(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials"));
  const inConfig = sectionIn(config, name === "default" ? ["default", "profile default"] : [`profile ${name}`]);
  const inCredentials = sectionIn(credentials, [name]);
  if (named !== undefined && inConfig === undefined && inCredentials === undefined) {
    throw new UserError(
      `AWS_PROFILE is "${named}", and no file of AWS has such a profile: type \`aws configure --profile ${named}\`, or unset AWS_PROFILE`,
    );
  }
  return { name, settings: new Map([...(inConfig ?? []), ...(inCredentials ?? [])]) };
}

function fileOf(environment: Environment, variable: string, name: string): string | undefined {
  const home = environment["HOME"];
  const given = environment[variable];
  if (given) return home === undefined ? given : given.replace(/^~(?=\/)/, home);
  return home === undefined ? undefined : join(home, ".aws", name);
}

function readFile(path: string | undefined): string {
  try {
    return path === undefined ? "" : readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw new UserError(`${path} cannot be read (${code}): make it readable for you, or name another`, { cause });
  }
}

/**
 * One section of such a file; `undefined` where there is none. Indented lines belong to the setting above them, and none
 * that is used here has any.
 *
 *     [profile team]
 *     region = eu-central-1
 *     s3 =
 *       max_concurrent_requests = 20
 */
export function sectionIn(text: string, names: readonly string[]): Map<string, string> | undefined {
  let found: Map<string, string> | undefined;
  let isInside = false;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) {
      isInside = names.includes(header.replace(/\s+/g, " ").replace(/"/g, ""));
      if (isInside) found ??= new Map();
    }
    const [, key, value] = /^([^#;[=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    // Behind a blank, a sign of a comment begins one.
    if (isInside && key !== undefined && value) found?.set(key.toLowerCase(), value.replace(/\s[#;].*$/, ""));
  }
  return found;
}
