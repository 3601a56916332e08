import { BackendError } from "../model/backend.ts";

/** Nothing moved on the connection for as long as one request may wait. */
export class HttpTimeout extends Error {
  readonly code = "HTTP_TIMEOUT";
}

/** The answer is larger than anything a tracker has reason to send. */
export class AnswerTooLarge extends Error {
  readonly code = "ANSWER_TOO_LARGE";
}

/** A file ended before the length that was announced for it. */
export class FileShrank extends Error {
  readonly code = "FILE_SHRANK";
}

/** A proxy would not let a request through. */
export class ProxyRefusal extends Error {
  readonly code = "PROXY_REFUSAL";
  readonly status: number;

  constructor(status: number) {
    super(`the proxy answered ${status}`);
    this.status = status;
  }
}

interface Meaning {
  readonly says: string;
  readonly retryable: boolean;
  readonly hint?: string;
  readonly absent?: boolean;
}

const NO_SERVER = "check that the server is running and that the address is right";
const CERTIFICATE: Meaning = {
  says: "the server's certificate is not trusted",
  retryable: false,
  hint: "name the file of your certificate authority in MLFLOW_TRACKING_SERVER_CERT_PATH",
};
const NOT_HTTP: Meaning = {
  says: "the server does not speak this protocol",
  retryable: false,
  hint: "try https:// in place of http://, or the other way round",
};

/** Codes of Node's network stack, OpenSSL and llhttp. What is missing here is told with its code and may be retried. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: { says: "connection refused", retryable: true, hint: NO_SERVER, absent: true },
  ENOTFOUND: { says: "unknown host", retryable: true, hint: NO_SERVER, absent: true },
  EAI_AGAIN: { says: "the host's name cannot be looked up now", retryable: true, hint: NO_SERVER, absent: true },
  EHOSTUNREACH: { says: "host unreachable", retryable: true, hint: NO_SERVER, absent: true },
  ENETUNREACH: { says: "network unreachable", retryable: true, hint: NO_SERVER, absent: true },
  ETIMEDOUT: { says: "no connection in time", retryable: true, hint: NO_SERVER },
  ECONNRESET: { says: "the connection was reset", retryable: true },
  EPIPE: { says: "the connection was closed while sending", retryable: true },
  HTTP_TIMEOUT: { says: "no answer in time", retryable: true },
  ANSWER_TOO_LARGE: { says: "the answer is too large for a tracking server", retryable: false, hint: NO_SERVER },
  FILE_SHRANK: { says: "the file became shorter while it was sent", retryable: true },
  EPROTO: NOT_HTTP,
  HPE_INVALID_CONSTANT: NOT_HTTP,
  HPE_INVALID_HEADER_TOKEN: NOT_HTTP,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_HTTP,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_HTTP,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  CERT_HAS_EXPIRED: { ...CERTIFICATE, says: "the server's certificate has expired", hint: "tell who runs the server" },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    ...CERTIFICATE,
    says: "the server's certificate is for another host",
    hint: NO_SERVER,
  },
};

/** What a request that got no answer comes to. `where` is shown: an address without credentials. */
export function connectionError(where: string, cause: unknown): BackendError {
  const code = codeOf(cause);
  const meaning = MEANINGS[code] ?? { says: `the connection failed with ${code}`, retryable: true };
  return new BackendError(`cannot reach ${where}: ${meaning.says}`, {
    retryable: meaning.retryable,
    ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
    absent: meaning.absent ?? false,
    cause,
  });
}

/** What a request comes to that a proxy did not let through. */
export function refusedByProxy(where: string, cause: ProxyRefusal): BackendError {
  const wantsLogin = cause.status === 407;
  return new BackendError(`cannot reach ${where}: the proxy answered ${cause.status}`, {
    // 502, 503 and 504 are its words for a server that it does not reach now.
    retryable: cause.status >= 500,
    hint: wantsLogin
      ? "give the proxy's user and password in its address: http://user:password@host:port"
      : "if the server is to be reached without the proxy, add its host to NO_PROXY",
    cause,
  });
}

/** What a request comes to when its caller gave it up: its time was over, or nobody wants the answer any more. */
export function givenUp(where: string, signal: AbortSignal): BackendError {
  const cause: unknown = signal.reason;
  if (cause instanceof DOMException && cause.name === "TimeoutError") {
    return connectionError(where, new HttpTimeout("the caller's time was over", { cause }));
  }
  return new BackendError(`the request to ${where} was given up`, { retryable: true, cause });
}

function codeOf(cause: unknown): string {
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "an unknown error";
}
