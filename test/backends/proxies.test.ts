import { execFile } from "node:child_process";
import { promisify } from "node:util";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isExcepted, proxiesOf } from "../../src/backends/proxies.ts";
import { UserError } from "../../src/model/error.ts";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import { mlflowPython } from "../support/mlflow/venv.ts";

const chosen = (url: string, environment: Record<string, string>) => proxiesOf(environment)(new URL(url))?.href;

describe("the proxy of a request", () => {
  it.each<[string, string, Record<string, string>, string | undefined]>([
    ["none without a variable", "http://h/", {}, undefined],
    ["that of its scheme", "https://h/", { HTTP_PROXY: "http://a:1", HTTPS_PROXY: "http://b:2" }, "http://b:2/"],
    ["that of no other scheme", "https://h/", { HTTP_PROXY: "http://a:1" }, undefined],
    ["that for all schemes", "https://h/", { ALL_PROXY: "http://a:1" }, "http://a:1/"],
    ["the one in small letters", "http://h/", { http_proxy: "http://a:1", HTTP_PROXY: "http://b:2" }, "http://a:1/"],
    ["none where that is empty", "http://h/", { http_proxy: "", HTTP_PROXY: "http://b:2" }, undefined],
    ["without a scheme an http one", "https://h/", { HTTPS_PROXY: "proxy.lan:3128" }, "http://proxy.lan:3128/"],
    [
      "not what a CGI program is told by anybody",
      "http://h/",
      { HTTP_PROXY: "http://a:1", REQUEST_METHOD: "GET" },
      undefined,
    ],
    ["none for an exception", "http://h/", { HTTP_PROXY: "http://a:1", NO_PROXY: "x,h" }, undefined],
  ])("is %s", (_name, url, environment, proxy) => {
    expect(chosen(url, environment)).toBe(proxy);
  });

  it("of another kind is refused without its password, where it would be used", () => {
    const environment = { HTTPS_PROXY: "socks5://mary:hunter2@proxy:1080", NO_PROXY: "inside" };
    expect(() => chosen("https://mlflow.example.com/", environment)).toThrow(
      new UserError(
        'HTTPS_PROXY is "socks5://…@proxy:1080", which is no http proxy: set HTTPS_PROXY=http://host:port, or NO_PROXY=mlflow.example.com',
      ),
    );
    expect(chosen("https://inside/", environment)).toBeUndefined();
  });
});

const hasMlflow = await mlflowAvailable();

describe("NO_PROXY", () => {
  it.each([
    ["http://example.com/", "example.com", true],
    ["http://a.example.com/", "example.com", true],
    ["http://a.example.com/", ".example.com", true],
    ["http://badexample.com/", "example.com", false],
    ["http://example.com:5000/", "example.com:5000", true],
    ["http://example.com:5000/", "example.com:80", false],
    ["http://example.com/", "example.com:80", true],
    ["https://example.com/", "example.com:80", false],
    ["http://example.com:5000/", "EXAMPLE.com", true],
    ["http://example.com/", "*", true],
    ["http://example.com/", "a,*", false],
    ["http://10.1.2.3/", "10.0.0.0/8", true],
    ["http://11.1.2.3/", "10.0.0.0/8", false],
    ["http://10.1.2.3/", "10.1.2.3/32", true],
    ["http://127.0.0.1:5000/", " localhost , 127.0.0.1", true],
    ["http://[::1]:5000/", "::1", true],
    ["http://h/", "", false],
  ])("of %s: %j is %s", (url, exceptions, excepted) => {
    expect(isExcepted(new URL(url), exceptions)).toBe(excepted);
  });

  it.skipIf(!hasMlflow)("means what it means for Python's requests", async () => {
    const part = fc.constantFrom("a", "b", "example", "com", "localhost");
    const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
    const byte = fc.constantFrom("10", "127", "0", "1", "192");
    const address = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join("."));
    const port = fc.constantFrom("", ":5000", ":8443");
    const host = fc.oneof(name, address);
    const bits = fc.integer({ min: 0, max: 33 });
    const entry = fc.oneof(
      fc.tuple(fc.constantFrom("", ".", "*", "*."), host, port).map((parts) => parts.join("")),
      fc.tuple(address, bits).map(([network, length]) => `${network}/${length}`),
      fc.constantFrom("*", "", "/", "10.0.0.0/"),
    );
    const list = fc.array(entry, { maxLength: 3 });
    const lists = fc.tuple(list, fc.constantFrom(",", ", ", " ,")).map(([entries, comma]) => entries.join(comma));
    const url = fc
      .tuple(fc.constantFrom("http", "https"), host, port)
      .map(([scheme, where, at]) => `${scheme}://${where}${at}/x`);
    const cases = fc.sample(fc.tuple(url, lists), { numRuns: 5000, seed: 7 });
    const theirs = await askRequests(cases);
    const ours = cases.map(([address_, exceptions]) => isExcepted(new URL(address_), exceptions));
    const differing = cases.filter((_, index) => ours[index] !== theirs[index]);
    expect(differing).toEqual([]);
    expect(new Set(ours)).toEqual(new Set([true, false]));
  });
});

async function askRequests(cases: readonly (readonly [string, string])[]): Promise<boolean[]> {
  const script = `
import json, os, sys
from requests.utils import should_bypass_proxies
def bypasses(url, exceptions):
    os.environ["no_proxy"] = exceptions
    return bool(should_bypass_proxies(url, None))
print(json.dumps([bypasses(*case) for case in json.load(sys.stdin)]))`;
  const asked = promisify(execFile)(await mlflowPython(), ["-c", script], { maxBuffer: 1 << 24 });
  asked.child.stdin?.end(JSON.stringify(cases));
  const answers: boolean[] = JSON.parse((await asked).stdout);
  return answers;
}
