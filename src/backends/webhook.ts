import { setTimeout as wait } from "node:timers/promises";
import type { WebhookSettings } from "../model/alert.ts";
import { BackendError } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import { createHttp, type HttpAnswer, type HttpClient } from "./http.ts";
import { proxiesOf } from "./proxies.ts";

/** How long one try may go without anything moving. */
const TRY_MS = 10_000;
/** Pauses between tries, in milliseconds: a server that is down for longer is not waited for. */
const PAUSES: readonly number[] = [500, 1000, 2000, 4000, 8000];
/** The most that a server's own wish to wait is heeded. */
const LONGEST_WAIT_MS = 30_000;

/** Sends messages to one address. */
export interface Webhook {
  /**
   * Posts one message, and tries again where that may help. Resolves with how it went, in words that hold no address.
   * Never rejects.
   */
  post(body: string, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly detail: string }>;
  close(): void;
}

/**
 * @param environment where proxies are named
 * @param pauses milliseconds between tries
 */
export function createWebhook(
  { url }: WebhookSettings,
  environment: NodeJS.ProcessEnv,
  pauses: readonly number[] = PAUSES,
): Webhook {
  const { address, headers } = withoutCredentials(new URL(url));
  const http = createHttp({ timeout: TRY_MS, proxies: proxiesOf(environment) });
  return {
    async post(body, signal) {
      let detail = "";
      for (let tries = 0; tries <= pauses.length; tries += 1) {
        const answer = await send(http, { method: "POST", url: address, headers, body }, signal);
        const told = tries === 0 ? "" : `, at try ${tries + 1}`;
        if (answer.ok) return { ok: true, detail: `${answer.detail}${told}` };
        detail = `${answer.detail}${told}`;
        const pause = pauses[tries];
        if (answer.final || pause === undefined || signal.aborted) break;
        const left = await wait(Math.max(pause, answer.pause ?? 0), true, { signal, ref: false }).catch(() => false);
        if (!left) break;
      }
      return { ok: false, detail: signal.aborted ? `given up, ${detail}` : detail };
    },
    close: () => http.close(),
  };
}

interface Tried {
  readonly ok: boolean;
  readonly detail: string;
  /** Another try will not help. */
  readonly final?: boolean;
  /** Milliseconds that the server wants. */
  readonly pause?: number;
}

async function send(http: HttpClient, request: Parameters<HttpClient["send"]>[0], signal: AbortSignal): Promise<Tried> {
  try {
    return judge(await http.send(request, signal));
  } catch (error) {
    // A proxy that cannot be used.
    if (error instanceof UserError) return { ok: false, detail: error.message, final: true };
    if (!(error instanceof BackendError)) throw error;
    // Its message names the address: what is told is the system's word alone.
    const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    return { ok: false, detail: `no answer${code === undefined ? "" : ` (${code})`}` };
  }
}

/** 429 and 5xx may pass; everything else that is no success will be the same the next time. */
function judge({ status, headers }: HttpAnswer): Tried {
  const detail = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { ok: true, detail };
  const mayPass = status === 408 || status === 429 || status >= 500;
  const seconds = Number(headers["retry-after"]);
  const pause = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_WAIT_MS) : 0;
  return { ok: false, detail, final: !mayPass, pause };
}

/** Credentials in an address are a header. */
function withoutCredentials(url: URL): { address: URL; headers: Record<string, string> } {
  const headers: Record<string, string> = { "content-type": "application/json", "user-agent": "tracelet" };
  if (url.username !== "" || url.password !== "") {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers["authorization"] = `Basic ${Buffer.from(pair).toString("base64")}`;
    url.username = "";
    url.password = "";
  }
  return { address: url, headers };
}
