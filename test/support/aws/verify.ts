import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

import { pythonEnvironment } from "../python-environment.ts";

/** A request as it came to a server. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In base64. */
  readonly body: string;
}

/** What botocore, the AWS tools' own library, finds wrong with the signature of each; `null` for nothing. */
export async function verifySignatures(
  requests: readonly SentRequest[],
  by: { readonly secret: string; readonly region: string },
): Promise<(string | null)[]> {
  const python = await awsPython();
  const script = path.join(import.meta.dirname, "verify.py");
  const asked = promisify(execFile)(python, [script], { maxBuffer: 1 << 24 });
  asked.child.stdin?.end(JSON.stringify({ requests, ...by }));
  const answers: (string | null)[] = JSON.parse((await asked).stdout);
  return answers;
}

/** The Python of a virtual environment that has botocore. */
export async function awsPython(): Promise<string> {
  return pythonEnvironment("aws-venv", path.join(import.meta.dirname, "requirements.txt"));
}
