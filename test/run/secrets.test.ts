import { describe, expect, test } from "vitest";
import { withoutSecrets, withoutTokens } from "../../src/run/secrets.ts";

/** Made of parts, so that nothing here looks like a secret that was committed. */
const random = "Ab1".repeat(14);

describe("what is a credential by its shape is not recorded:", () => {
  test.each([
    [`hf_${random}`, "***"],
    [`ghp_${random}`, "***"],
    [`github_pat_${random}`, "***"],
    [`glpat-${random}`, "***"],
    [`sk-proj-${random}`, "***"],
    [`AKIA${"A1B2".repeat(4)}`, "***"],
    [`xoxb-${random}`, "***"],
    [`dapi${"0a".repeat(16)}`, "***"],
    [`eyJ${random}.${random}.${random}`, "***"],
    [`a,hf_${random},b`, "a,***,b"],
    [`Authorization: Bearer ${random}`, "Authorization: Bearer ***"],
    ["https://me:hunter2@host/x", "https://me:***@host/x"],
    [`https://host/x?a=1&access_key=${random}&b=2`, "https://host/x?a=1&access_key=***&b=2"],
    [`s3://b?X-Amz-Signature=${random}`, "s3://b?X-Amz-Signature=***"],
    ["-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", "***"],
  ])("%s", (text, recorded) => {
    expect(withoutTokens(text)).toBe(recorded);
    expect(withoutSecrets(["train", text])).toEqual(["train", recorded]);
  });
});

test.each([
  "3e-4",
  "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  "meta-llama/Llama-3-8B",
  "task-classification-of-many-things",
  "risk-assessment-model-v2-final-version",
  "https://host/x?lr=0.1&epochs=3",
  "basic block 3",
  "/data/hf_cache/run",
])("%s stays as it is", (text) => {
  expect(withoutTokens(text)).toBe(text);
});

test.each(["x", "a-", "a://", "-eyJ", "sk-a", '{"a": 1, '])(
  "a text of 130 kB of %j is looked through at once",
  (unit) => {
    const started = performance.now();
    withoutSecrets(["train", unit.repeat(130_000 / unit.length)]);
    expect(performance.now() - started).toBeLessThan(5000);
  },
);
