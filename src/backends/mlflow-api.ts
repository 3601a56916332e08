import { createHttp, type FileBody, type HttpRequest } from "./http.ts";
import { noMlflow, refusalOf } from "./mlflow-errors.ts";
import { parseJson } from "./mlflow-json.ts";
import type { MlflowSettings } from "./mlflow-settings.ts";

/** MLflow's REST calls: one attempt each. https://mlflow.org/docs/latest/api_reference/rest-api.html */
export interface MlflowApi {
  /** The server's address, fit to be shown. */
  readonly base: string;
  /** `path` is below `/api/2.0/mlflow`. */
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown>;
  /** `body` is JSON text. */
  post(path: string, body: string, signal: AbortSignal): Promise<unknown>;
  /** Sends a file to an address that the server gave. */
  put(url: URL, file: FileBody, contentType: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

export function createMlflowApi(settings: MlflowSettings): MlflowApi {
  const http = createHttp(settings.http);
  const root = `${settings.base}/api/2.0/mlflow`;

  async function call(request: HttpRequest, signal: AbortSignal): Promise<string> {
    const answer = await http.send(request, signal);
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, settings);
    return answer.body;
  }

  function read(body: string): unknown {
    const value = parseJson(body);
    // Status 200 and no JSON: a login page, or another program on that port.
    if (value === undefined) throw noMlflow(settings.base, "it answers with a web page or plain text");
    return value;
  }

  return {
    base: settings.base,
    async get(path, query, signal) {
      const url = new URL(`${root}${path}?${new URLSearchParams(query).toString()}`);
      return read(await call({ method: "GET", url, headers: settings.headers }, signal));
    },
    async post(path, body, signal) {
      // Without this content type MLflow answers 400.
      const headers = { ...settings.headers, "content-type": "application/json" };
      return read(await call({ method: "POST", url: new URL(root + path), headers, body }, signal));
    },
    async put(url, file, contentType, signal) {
      const { authorization: _withheld, ...open } = settings.headers;
      const own = isTrusted(settings.base, url) ? settings.headers : open;
      await call({ method: "PUT", url, headers: { ...own, "content-type": contentType }, body: file }, signal);
    },
    close: () => http.close(),
  };
}

/** Credentials are for the tracking server alone, and what was meant for an encrypted connection goes over no other. */
function isTrusted(base: string, url: URL): boolean {
  const { host, protocol } = new URL(base);
  return url.host === host && (protocol !== "https:" || url.protocol === "https:");
}
