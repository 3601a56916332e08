import { isSecretName } from "../model/secrets.ts";

/** What stands in the record for a value that is nobody's business. */
const HIDDEN = "***";

/**
 * What tokens look like that say themselves whose they are; nothing that a hash or a name could look like.
 * Hugging Face, GitHub, GitLab, OpenAI and Anthropic, AWS, Google, Slack, npm, PyPI, Databricks, then JSON Web Tokens.
 */
const TOKENS = new RegExp(
  [
    "hf_[A-Za-z0-9]{20,}",
    "gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\\w{20,}",
    "glpat-[\\w-]{20,}",
    "sk-[A-Za-z0-9][\\w-]{19,}",
    "A(?:KIA|SIA)[A-Z0-9]{16}",
    "AIza[\\w-]{30,}",
    "xox[abeoprs]-[\\w-]{10,}",
    "npm_[A-Za-z0-9]{30,}",
    "pypi-[\\w-]{20,}",
    "dapi[0-9a-f]{32}",
    "eyJ[\\w-]{10,2000}\\.[\\w-]{10,}\\.[\\w-]*",
  ]
    .map((shape) => `(?<![A-Za-z0-9])(?:${shape})`)
    .join("|"),
  "g",
);

/**
 * A text without what is a credential by its shape: tokens, keys in PEM, a password or a token in an address. Every search
 * begins at the start of a word or at a sign, never anew within a word: that of 100 kB is a config or a picture.
 */
export function withoutTokens(text: string): string {
  return text
    .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)/gs, HIDDEN)
    .replace(/((?<!\w)\w+:\/\/[^/\s:@]*):[^/\s@]+@/g, `$1:${HIDDEN}@`)
    .replace(/([?&]([\w.-]+)=)[^&\s#]+/g, (pair, start: string, name: string) =>
      isSecretName(name) || /^(sig|signature|x-amz-signature)$/i.test(name) ? start + HIDDEN : pair,
    )
    .replace(/\b(Bearer|Basic)\s+[\w+/.~-]{8,}=*/gi, `$1 ${HIDDEN}`)
    .replace(TOKENS, HIDDEN);
}

/** The same of every value. */
export function withoutTokensIn(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, withoutTokens(text)]));
}

/**
 * A command line as it may be recorded and uploaded: without the values of flags and variables that are named like
 * credentials, and without what is one by its shape.
 */
export function withoutSecrets(command: readonly string[]): string[] {
  return command.map((word, index) => {
    const flag = /^--?([A-Za-z][\w.-]*)$/.exec(command[index - 1] ?? "")?.[1];
    if (flag !== undefined && isSecretName(flag) && !word.startsWith("-")) return HIDDEN;
    const [, name, equals] = /^(?:-{1,2})?([A-Za-z_][\w.-]*)(=)/.exec(word) ?? [];
    if (name !== undefined && equals !== undefined && isSecretName(name)) {
      return `${word.slice(0, word.indexOf("=") + 1)}${HIDDEN}`;
    }
    return withoutTokens(word);
  });
}
