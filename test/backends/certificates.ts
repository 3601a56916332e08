import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);
const openssl = (words: readonly string[]) => execute("openssl", words);

/** Certificates are made by the system's openssl, as people make theirs. */
export async function canMakeCertificates(): Promise<boolean> {
  return openssl(["version"]).then(
    () => true,
    () => false,
  );
}

/** Makes `ca.crt` and its key. `at` gives the path of a name. */
export async function makeAuthority(at: (name: string) => string): Promise<void> {
  const subject = ["-subj", "/CN=tests", "-days", "2"];
  await openssl([
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.crt"),
    ...subject,
  ]);
}

/** Makes `<name>.crt`, `<name>.key` and, with both in it, `<name>.pem`, of the authority of `makeAuthority`. */
export async function makeCertificate(at: (name: string) => string, name: string, extension: string): Promise<void> {
  const [key, request, certificate] = [".key", ".csr", ".crt"].map((ending) => at(name + ending)) as [
    string,
    string,
    string,
  ];
  await writeFile(at("ext"), extension);
  await openssl(["req", "-newkey", "rsa:2048", "-nodes", "-subj", `/CN=${name}`, "-keyout", key, "-out", request]);
  const authority = [
    "-CA",
    at("ca.crt"),
    "-CAkey",
    at("ca.key"),
    "-CAcreateserial",
    "-extfile",
    at("ext"),
    "-days",
    "2",
  ];
  await openssl(["x509", "-req", "-in", request, "-out", certificate, ...authority]);
  await writeFile(at(`${name}.pem`), (await readFile(certificate, "utf8")) + (await readFile(key, "utf8")));
}
