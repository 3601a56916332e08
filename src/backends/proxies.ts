import { UserError } from "../model/error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Which proxy a request goes through; `undefined`: none. Throws a `UserError` for one that cannot be used. */
export type ProxyChoice = (url: URL) => URL | undefined;

/**
 * The proxies that the environment names, by the rules of Python's requests, which MLflow's own client uses:
 * `<scheme>_proxy`, else `all_proxy`; the name in small letters first; nothing for what `no_proxy` excepts.
 * https://requests.readthedocs.io/en/latest/user/advanced/#proxies
 */
export function proxiesOf(environment: Environment): ProxyChoice {
  const exceptions = variable(environment, "no_proxy")?.value ?? "";
  return (url) => {
    const named = variable(environment, `${url.protocol.slice(0, -1)}_proxy`) ?? variable(environment, "all_proxy");
    if (named === undefined || isExcepted(url, exceptions)) return undefined;
    return readProxy(named, url);
  };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function variable(environment: Environment, name: string): Variable | undefined {
  const small = environment[name];
  // Set to nothing in small letters, it is switched off.
  if (small !== undefined) return small.trim() === "" ? undefined : { name, value: small.trim() };
  // A web server hands the header `Proxy:` of anybody to its CGI programs in this one.
  if (name === "http_proxy" && environment["REQUEST_METHOD"] !== undefined) return undefined;
  const value = environment[name.toUpperCase()]?.trim();
  return value ? { name: name.toUpperCase(), value } : undefined;
}

function readProxy({ name, value }: Variable, url: URL): URL {
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  if (proxy !== undefined && /^https?:$/.test(proxy.protocol) && proxy.hostname !== "") return proxy;
  throw new UserError(
    `${name} is "${withoutCredentials(value)}", which is no http proxy: set ${name}=http://host:port, or NO_PROXY=${url.hostname}`,
  );
}

/** The value may be no URL at all, so everything before its last `@` may be a secret. */
function withoutCredentials(value: string): string {
  return value.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, "$1…@");
}

/**
 * Whether `no_proxy` has this host: a list with commas, of names that stand for the hosts below them too (a leading dot
 * changes nothing), with or without a port, of IPv4 addresses and of networks such as `10.0.0.0/8`. `*` alone is every host.
 */
export function isExcepted(url: URL, exceptions: string): boolean {
  if (exceptions.trim() === "*") return true;
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const address = ipv4(host);
  // A `URL` has no port where that is the scheme's own.
  const port = url.port === "" ? DEFAULT_PORTS[url.protocol] : url.port;
  return exceptions
    .toLowerCase()
    .split(",")
    .map((entry) => entry.replaceAll(" ", "").replace(/^\.+/, ""))
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (address !== undefined && isInNetwork(address, entry)) return true;
      return isBelow(host, entry) || (address === undefined && isBelow(`${host}:${port}`, entry));
    });
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

function isBelow(host: string, entry: string): boolean {
  return host === entry || host.endsWith(`.${entry}`);
}

function isInNetwork(address: number, entry: string): boolean {
  const [, start, length] = /^([\d.]+)\/(\d{1,2})$/.exec(entry) ?? [];
  const network = start === undefined ? undefined : ipv4(start);
  const bits = Number(length);
  if (network === undefined || bits < 1 || bits > 32) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) === Math.floor(network / size);
}

/** An IPv4 address as a number. */
function ipv4(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
