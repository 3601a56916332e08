import * as http from "node:http";
import * as https from "node:https";

/** Connections to servers, straight or through a proxy. Those that end at the server are kept between requests. */
export interface Agents {
  /** @param proxy the proxy to go through */
  for(url: URL, proxy: URL | undefined): Promise<http.Agent>;
  /** Closes what goes through this proxy: it does not answer. */
  drop(proxy: URL): void;
  /** Closes all, connections that are being made included. */
  close(): void;
}

export function createAgents(tls: https.AgentOptions | undefined): Agents {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true, ...tls });
  const proxied = new Map<string, Proxied>();

  function close(proxy: Proxied): void {
    proxy.closed.abort();
    void proxy.agent.then((agent) => agent.destroy()).catch(() => {}); // told to who asked
  }

  return {
    async for(url, proxy) {
      const isSecure = url.protocol === "https:";
      if (proxy === undefined) return isSecure ? secure : plain;
      const key = keyOf(proxy, isSecure);
      const known = proxied.get(key) ?? throughProxy(proxy, isSecure);
      proxied.set(key, known);
      return known.agent;
    },
    drop(proxy) {
      for (const key of [keyOf(proxy, true), keyOf(proxy, false)]) {
        const known = proxied.get(key);
        if (known !== undefined) close(known);
        proxied.delete(key);
      }
    },
    close() {
      plain.destroy();
      secure.destroy();
      for (const known of proxied.values()) close(known);
    },
  };
}

interface Proxied {
  readonly agent: Promise<http.Agent>;
  /** Cuts connections to the proxy in every state; an agent knows of none that is still being made. */
  readonly closed: AbortController;
}

function keyOf(proxy: URL, isSecure: boolean): string {
  return `${isSecure} ${proxy.href}`;
}

function throughProxy(proxy: URL, isSecure: boolean): Proxied {
  const closed = new AbortController();
  return { agent: proxyAgent(proxy, isSecure, closed.signal), closed };
}

/** What speaks to proxies is loaded where there is one. */
async function proxyAgent(proxy: URL, isSecure: boolean, signal: AbortSignal): Promise<http.Agent> {
  const bare = new URL(proxy);
  bare.username = "";
  bare.password = "";
  // As a header, because the packages print the proxy's address where DEBUG is set.
  const options = { headers: authorizationOf(proxy), signal };
  if (isSecure) {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return new HttpsProxyAgent(bare, { ...options, keepAlive: true });
  }
  const { HttpProxyAgent } = await import("http-proxy-agent");
  // One request a connection: tinyproxy closes it after an answer without a word, which cuts the next request short.
  return new HttpProxyAgent(bare, options);
}

function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone % is no escape: the password simply has one.
    return part;
  }
}
