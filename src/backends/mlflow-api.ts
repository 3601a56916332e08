import { createHttp, type FileBody, type HttpAnswer, type HttpRequest } from "./http.ts";
import { noMlflow, refusalOf, type Refuser } from "./mlflow-errors.ts";
import { parseJson } from "./mlflow-json.ts";
import type { MlflowSettings } from "./mlflow-settings.ts";

/** MLflow's REST calls: one attempt each. https://mlflow.org/docs/latest/api_reference/rest-api.html */
export interface MlflowApi {
  /** The server's address, fit to be shown. */
  readonly base: string;
  /** Where a person can look at a run. */
  pageOf(experiment: string, run: string): string;
  /** `path` is below `/api/2.0/mlflow`, an address is an address of the server. */
  get(path: string | URL, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown>;
  /** `body` is JSON text. */
  post(path: string | URL, body: string, signal: AbortSignal): Promise<unknown>;
  /** Sends a file to an address that the server gave. */
  put(url: URL, file: FileBody, contentType: string, signal: AbortSignal): Promise<void>;
  /**
   * Sends a file to an address that is signed for this one upload, and returns the entity tag that the store gives it.
   * Neither our credentials nor the certificates that are meant for the server go there.
   */
  putSigned(
    url: URL,
    headers: Readonly<Record<string, string>>,
    file: FileBody,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  close(): void;
}

export function createMlflowApi(settings: MlflowSettings): MlflowApi {
  const http = createHttp(settings.http);
  const { tls: _withheld, ...others } = settings.http;
  const open = createHttp(others);
  const root = `${settings.base}/api/2.0/mlflow`;
  const server: Refuser = { name: `MLflow at ${settings.base}`, ...settings };

  async function call(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { signer } = settings;
    const own = signer !== undefined && isTrusted(settings.base, request.url);
    return accepted(await http.send(own ? await signer.sign(request, signal) : request, signal), server);
  }

  function read({ body }: HttpAnswer): unknown {
    const value = parseJson(body);
    // Status 200 and no JSON: a login page, or another program on that port.
    if (value === undefined) throw noMlflow(settings.base, "it answers with a web page or plain text");
    return value;
  }

  const at = (path: string | URL): string => (typeof path === "string" ? root + path : path.href);

  return {
    base: settings.base,
    pageOf(experiment, run) {
      // Without it the page of a server with workspaces asks for one and forgets the run.
      const query = settings.workspace === undefined ? "" : `?workspace=${encodeURIComponent(settings.workspace)}`;
      return `${settings.base}/#/experiments/${experiment}/runs/${run}${query}`;
    },
    async get(path, query, signal) {
      const url = new URL(`${at(path)}?${new URLSearchParams(query).toString()}`);
      return read(await call({ method: "GET", url, headers: settings.headers }, signal));
    },
    async post(path, body, signal) {
      // Without this content type MLflow answers 400.
      const headers = { ...settings.headers, "content-type": "application/json" };
      return read(await call({ method: "POST", url: new URL(at(path)), headers, body }, signal));
    },
    async put(url, file, contentType, signal) {
      const { authorization: _withheld, ...others } = settings.headers;
      const own = isTrusted(settings.base, url) ? settings.headers : others;
      await call({ method: "PUT", url, headers: { ...own, "content-type": contentType }, body: file }, signal);
    },
    async putSigned(url, headers, file, signal) {
      const answer = await open.send({ method: "PUT", url, headers, body: file }, signal);
      return accepted(answer, { name: `the object store at ${url.origin}` }).headers.etag;
    },
    close() {
      http.close();
      open.close();
      settings.signer?.close();
    },
  };
}

function accepted(answer: HttpAnswer, by: Refuser): HttpAnswer {
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, by);
  return answer;
}

/** Credentials are for the tracking server alone, and what was meant for an encrypted connection goes over no other. */
function isTrusted(base: string, url: URL): boolean {
  const { host, protocol } = new URL(base);
  return url.host === host && (protocol !== "https:" || url.protocol === "https:");
}
