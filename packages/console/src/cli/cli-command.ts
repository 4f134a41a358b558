import { type Command, operationOf } from "../api/operation.ts";

/** Members whose values never appear in a command line. */
const SECRET = new Set(["Password", "OldPassword", "NewPassword"]);

/** The AWS CLI's command line for a call, with its values filled in and secrets left out. */
export function cliCommand(command: Command, endpoint: string): string {
  const { service, name } = operationOf(command);
  if (service === "portcullis") return curlCommand(name, command.input, endpoint);
  const options = Object.entries(command.input)
    .filter(([, value]) => value !== undefined)
    .map(([member, value]) => option(member, value));
  const words = [`aws ${service} ${kebab(name)}`, ...options, `--endpoint-url ${quote(endpoint)}`];
  return words.join(" \\\n  ");
}

/** The AWS CLI has no commands for a service that is not AWS's: curl signs the same call. */
const curlCommand = (name: string, input: object, endpoint: string): string =>
  [
    `curl ${quote(`${endpoint}/portcullis`)}`,
    "--aws-sigv4 aws:amz:us-east-1:portcullis",
    '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
    // Long-term credentials have no session token, and an empty header would be signed.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
    '${AWS_SESSION_TOKEN:+-H"x-amz-security-token: $AWS_SESSION_TOKEN"}',
    "--header 'content-type: application/x-amz-json-1.1'",
    `--header ${quote(`x-amz-target: Portcullis.${name}`)}`,
    `--data ${quote(JSON.stringify(input))}`,
  ].join(" \\\n  ");

function option(member: string, value: unknown): string {
  const flag = `--${kebab(member)}`;
  if (SECRET.has(member)) return `${flag} "$PASSWORD"`;
  if (typeof value === "boolean") return value ? flag : `--no-${kebab(member)}`;
  return `${flag} ${argument(value)}`;
}

function argument(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === "string"))
    return value.map(quote).join(" ");
  if (Array.isArray(value) && value.every(isShort))
    return value.map((item) => quote(shorthand(item))).join(" ");
  return quote(typeof value === "object" ? JSON.stringify(value) : String(value));
}

type Flat = Readonly<Record<string, string>>;

/** What the CLI's shorthand (`Key=a,Value=b`) can express without quotes of its own. */
const isShort = (value: unknown): value is Flat =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((item) => typeof item === "string" && /^[^,='"[\]{}\s]*$/.test(item));

const shorthand = (value: Flat): string =>
  Object.entries(value)
    .map(([key, item]) => `${key}=${item}`)
    .join(",");

/** For a POSIX shell. */
const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** As botocore's `xform_name` spells a member or an operation. */
export function kebab(name: string): string {
  const plural = /[A-Z]{2,}s$/.exec(name)?.[0];
  const split =
    plural === undefined ? name : `${name.slice(0, -plural.length)}-${plural.toLowerCase()}`;
  return split
    .replaceAll(/([^-])([A-Z][a-z]+)/g, "$1-$2")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();
}
