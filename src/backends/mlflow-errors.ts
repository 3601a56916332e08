import { BackendError, type BackendErrorOptions } from "../model/backend.ts";
import type { HttpAnswer } from "./http.ts";
import { retryAfterOf } from "./http-retry-after.ts";
import { parseJson, textAt } from "./mlflow-json.ts";
import type { MlflowSettings } from "./mlflow-settings.ts";

/** MLflow, or something in front of it, answered that it will not do it. */
export class MlflowRefusal extends BackendError {
  readonly status: number;
  /** MLflow's own word such as `RESOURCE_DOES_NOT_EXIST`; absent when the answer was not MLflow's. */
  readonly code: string | undefined;
  /** The server's words alone, without the address. */
  readonly reason: string;

  constructor(
    message: string,
    options: BackendErrorOptions & { status: number; code: string | undefined; reason: string },
  ) {
    super(message, options);
    this.name = "MlflowRefusal";
    this.status = options.status;
    this.code = options.code;
    this.reason = options.reason;
  }
}

/** The statuses that MLflow's own client tries again. */
const RETRYABLE = new Set([408, 429, 500, 502, 503, 504]);
/** Codes that come with a retryable status although nothing will change. */
const FINAL_CODES = new Set(["FEATURE_DISABLED"]);
const MAX_REASON = 300;

/** Who has answered. What can be done about it is known of the tracking server alone. */
export type Refuser = { readonly name: string } & Partial<Pick<MlflowSettings, "base" | "headers" | "signer">>;

/** The error of an answer with another status than 2xx. */
export function refusalOf(answer: HttpAnswer, by: Refuser): MlflowRefusal {
  const { status } = answer;
  const { code, reason } = readRefusal(answer);
  const retryAfter = retryAfterOf(answer.headers["retry-after"]);
  const { name, base, headers, signer } = by;
  const known =
    base === undefined || headers === undefined ? undefined : hintFor(answer, code, { base, headers, signer });
  const hint = known ?? waitHint(retryAfter);
  return new MlflowRefusal(`${name} answered ${[status, code].join(" ").trim()}: ${reason}`, {
    status,
    code,
    reason,
    retryable: RETRYABLE.has(status) && !FINAL_CODES.has(code ?? ""),
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** The error of an answer with status 2xx that is not what MLflow says. */
export function noMlflow(base: string, what: string): BackendError {
  return new BackendError(`what answers at ${base} is no MLflow server: ${what}`, {
    retryable: false,
    hint: "check MLFLOW_TRACKING_URI",
  });
}

/** Whether the server refused what was in the request, rather than the request: taking parts out may help. */
export function isAboutContent(error: unknown): error is MlflowRefusal {
  if (!(error instanceof MlflowRefusal)) return false;
  return error.status === 413 || (error.status === 400 && error.code !== undefined);
}

/** MLflow answers in JSON, its web framework in HTML, its gatekeepers in plain text, an object store in XML. */
function readRefusal({ body, headers }: HttpAnswer): { code: string | undefined; reason: string } {
  const json = parseJson(body);
  const code = textAt(json, "error_code");
  if (code !== undefined) return { code, reason: oneLine(textAt(json, "message") ?? "") || "no reason given" };
  if (headers["content-type"]?.startsWith("text/html") === true) {
    const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1] ?? "";
    return { code: undefined, reason: oneLine(title) || "a web page" };
  }
  const [, errorCode, message] = /<Error>\s*<Code>([^<]*)<\/Code>\s*<Message>([^<]*)</.exec(body) ?? [];
  if (errorCode !== undefined) return { code: undefined, reason: oneLine(`${errorCode}: ${message}`) };
  return { code: undefined, reason: oneLine(body) || "nothing more" };
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}…` : line;
}

type Server = Pick<MlflowSettings, "base" | "headers" | "signer">;

function hintFor(answer: HttpAnswer, code: string | undefined, settings: Server): string | undefined {
  const { status, headers } = answer;
  if (settings.signer !== undefined && (status === 401 || status === 403) && code === undefined) {
    return "check the AWS credentials, the region and this machine's clock";
  }
  if (status === 401) {
    return "authorization" in settings.headers
      ? "check the user and password, or the token, in the MLFLOW_TRACKING_ variables"
      : "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN";
  }
  if (status === 403 && code === undefined) {
    const { host } = new URL(settings.base);
    return `ask for the right to write, or start the server with --allowed-hosts ${host}`;
  }
  if (status === 403) return "ask for the right to write to this experiment";
  if (status === 404 && code === undefined)
    return "check MLFLOW_TRACKING_URI: there is no MLflow server at this address";
  if (status >= 300 && status < 400) return redirectHint(headers.location, settings);
  if (code === "FEATURE_DISABLED") return "unset MLFLOW_WORKSPACE: this server has no workspaces";
  return undefined;
}

function waitHint(retryAfter: number | undefined): string | undefined {
  return retryAfter === undefined ? undefined : `the server asks to wait ${Math.ceil(retryAfter / 1000)} s`;
}

function redirectHint(location: string | undefined, settings: Server): string {
  if (location === undefined || !URL.canParse(location, settings.base)) return "check MLFLOW_TRACKING_URI";
  return `the server points to ${new URL(location, settings.base).origin}: set MLFLOW_TRACKING_URI to that`;
}
