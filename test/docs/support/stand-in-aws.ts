// The AWS CLI's `iam`, `sts` and `organizations` for machines without it: as much as the manual's
// pages use. It reads AWS's configuration files and prints JSON, or text of a query.
import { readFileSync, writeFileSync } from "node:fs";
import * as cloudtrail from "@aws-sdk/client-cloudtrail";
import * as iam from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import * as sts from "@aws-sdk/client-sts";

const CLIENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  cloudtrail,
  iam,
  organizations,
  sts,
};
/** The CLI's own options. */
const LOCAL: ReadonlySet<string> = new Set([
  "output",
  "query",
  "outfile",
  "bootstrap-method",
  "endpoint-url",
]);
/** The CLI's short form of a structure: `Key=Name,Value=ana`. */
const SHORTHAND = /^\w+=[^,=]+(?:,\w+=[^,=]+)*$/;

const [service = "", operation = "", ...words] = process.argv.slice(2);
const flags = flagsOf(words);
const client = CLIENTS[service] ?? {};

const name = find(Object.keys(client), `${operation.replaceAll("-", "")}Command`);
const input = inputOf(name.slice(0, -"Command".length));
try {
  print(await send(name, input));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`\nAn error occurred (${error.name}): ${error.message}\n`);
  process.exitCode = 254;
}

/** `--user-name ana --password-reset-required` */
function flagsOf(given: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let values: string[] = [];
  for (const word of given)
    if (word.startsWith("--")) {
      values = [];
      found.set(word.slice(2), values);
    } else values.push(word);
  return found;
}

function inputOf(operationName: string): Readonly<Record<string, unknown>> {
  const [, , , , shape] = client[`${operationName}$`] as readonly unknown[];
  const resolved = (typeof shape === "function" ? shape() : shape) as readonly unknown[];
  const [, , , , members, types] = resolved as [0, 0, 0, 0, readonly string[], readonly unknown[]];
  const entries = [...flags].flatMap(([flag, values]) => {
    if (LOCAL.has(flag)) return [];
    const member = find(members, flag.replaceAll("-", ""));
    return [[member, inputValue(values, types[members.indexOf(member)])]];
  });
  return Object.fromEntries(entries);
}

function inputValue(values: readonly string[], type: unknown): unknown {
  const [first] = values;
  if (first === undefined) return true;
  if (values.every((value) => SHORTHAND.test(value)))
    return values.map((value) =>
      Object.fromEntries(value.split(",").map((pair) => pair.split("="))),
    );
  if (typeof type !== "number" && typeof type !== "object") return values;
  // Smithy's schema of an integer is 1, of a list of strings 64.
  if (type === 1) return Number(first);
  if (typeof type === "number" && type >= 64 && type < 128) return values;
  return first.startsWith("file://") ? readFileSync(first.slice(7), "utf8") : first;
}

function find(names: readonly string[], wanted: string): string {
  const found = names.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (found === undefined) throw new Error(`the stand-in knows no ${wanted}`);
  return found;
}

async function send(command: string, value: object): Promise<Record<string, unknown>> {
  const { AWS_PROFILE: profile = "", AWS_CONFIG_FILE: config = "" } = process.env;
  const settings = sectionOf(readFileSync(config, "utf8"), `profile ${profile}`);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const file = readFileSync(process.env.AWS_SHARED_CREDENTIALS_FILE ?? "", "utf8");
  const shared = sectionOf(file, profile);
  const credentials = AWS_ACCESS_KEY_ID
    ? {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
        ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
      }
    : {
        accessKeyId: shared.aws_access_key_id ?? "",
        secretAccessKey: shared.aws_secret_access_key ?? "",
      };
  const Client = client[find(Object.keys(client), `${service}Client`)] as new (
    options: object,
  ) => { send(command: unknown): Promise<Record<string, unknown>> };
  const Command = client[command] as new (input: object) => unknown;
  const endpoint = flags.get("endpoint-url")?.[0] ?? settings.endpoint_url ?? "";
  return new Client({ endpoint, credentials, region: "us-east-1" }).send(new Command(value));
}

function sectionOf(text: string, title: string): Readonly<Record<string, string>> {
  const [, body = ""] = text.split(`[${title}]\n`);
  const lines = (body.split(/^\[/m)[0] ?? "").matchAll(/^(\w+) *= *(.*)$/gm);
  return Object.fromEntries([...lines].map(([, key, value]) => [key, value]));
}

function print({ $metadata: _, ...output }: Record<string, unknown>): void {
  const [outfile] = flags.get("outfile") ?? [];
  if (outfile !== undefined) {
    const { QRCodePNG } = output.VirtualMFADevice as { QRCodePNG: Uint8Array };
    writeFileSync(outfile, QRCodePNG);
    return;
  }
  const [query] = flags.get("query") ?? [];
  if (query === undefined) {
    if (Object.keys(output).length > 0) console.log(JSON.stringify(output, undefined, 4));
    return;
  }
  const [, path = "", list] = /^([\w.]+?)(?:\.\[([\w,]+)\])?$/.exec(query) ?? [];
  const found = path.split(".").reduce<unknown>((at, key) => memberOf(at, key), output);
  console.log(
    list === undefined
      ? found
      : list
          .split(",")
          .map((key) => memberOf(found, key))
          .join("\t"),
  );
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
