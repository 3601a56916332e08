import type { WebhookSettings } from "../model/alert.ts";
import { UserError } from "../model/error.ts";
import { nearestWord } from "./spelling.ts";

const KEYS = ["url", "url_env", "format"] as const;
const FORMATS = ["json", "slack"] as const;
const EXAMPLE = 'url = "https://hooks.example.com/T000/B000"';
/** Where the address can be given without a file, as a secret is. */
const VARIABLES = { url: "TRACELET_WEBHOOK_URL", format: "TRACELET_WEBHOOK_FORMAT" } as const;

/**
 * Where webhooks go: the table `[webhook]` of a settings file, or the two variables, which beat it. An address is a secret,
 * so no message has more of it than where it was given.
 * @param raw the table, as TOML made it
 * @param label how messages name the file
 * @throws UserError for anything in it that is no good
 */
export function readWebhook(
  raw: unknown,
  label: string,
  env: Readonly<Record<string, string | undefined>>,
): WebhookSettings | undefined {
  const table = raw === undefined ? {} : tableOf(raw, label);
  const variable = (name: string) => (env[name]?.trim() === "" ? undefined : env[name]?.trim());
  const fromVariable = variable(VARIABLES.url);
  const format =
    formatOf(variable(VARIABLES.format), VARIABLES.format) ??
    formatOf(table["format"], `format of [webhook] in ${label}`) ??
    "json";
  const fromFile = addressOf(table, label, env);
  if (fromVariable !== undefined)
    return { url: checkedUrl(fromVariable, VARIABLES.url, `${VARIABLES.url}=https://…`), format };
  return fromFile === undefined ? undefined : { url: fromFile, format };
}

function tableOf(raw: unknown, label: string): Readonly<Record<string, unknown>> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new UserError(`webhook in ${label} is no table; type [webhook] and below it ${EXAMPLE}`);
  }
  const unknown = Object.keys(raw).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) {
    throw new UserError(
      `[webhook] in ${label} has the unknown key '${unknown}'; type ${nearestWord(unknown, KEYS) ?? KEYS.join(", ")}`,
    );
  }
  return { ...raw };
}

function addressOf(
  { url, url_env: name }: Readonly<Record<string, unknown>>,
  label: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const where = `[webhook] in ${label}`;
  if (url !== undefined && name !== undefined)
    throw new UserError(`${where} has both url and url_env; keep one of them`);
  if (url !== undefined) return checkedUrl(url, `url of ${where}`, EXAMPLE);
  if (name === undefined) return undefined;
  if (typeof name !== "string" || name.trim() === "") {
    throw new UserError(`url_env of ${where} is no name of a variable; type url_env = "SLACK_WEBHOOK_URL"`);
  }
  const value = env[name];
  if (value === undefined || value.trim() === "") {
    throw new UserError(`the variable ${name}, which ${where} names, is not set; type export ${name}=https://…`);
  }
  return checkedUrl(value.trim(), `the variable ${name}`, `export ${name}=https://…`);
}

function checkedUrl(value: unknown, what: string, instead: string): string {
  if (typeof value !== "string") throw new UserError(`${what} is no text; type ${instead}`);
  const hasScheme = /^https?:\/\//i.test(value);
  if (!hasScheme) throw new UserError(`${what} does not begin with https:// or http://; type ${instead}`);
  if (!URL.canParse(value)) throw new UserError(`${what} is no address; type ${instead}`);
  return value;
}

function formatOf(value: unknown, what: string): WebhookSettings["format"] | undefined {
  if (value === undefined) return undefined;
  const format = FORMATS.find((known) => known === value);
  if (format !== undefined) return format;
  throw new UserError(
    `${what} is ${JSON.stringify(value)}, which is neither "json" nor "slack"; type format = "slack"`,
  );
}
