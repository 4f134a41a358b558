import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";
import type { Command } from "commander";
import { CommandFault } from "../command-fault.ts";
import { EXIT } from "../exit-code.ts";
import { parseUrl } from "../input/parse-url.ts";
import { dataDirectoryOption, secondsOption } from "../installation/options.ts";
import { jsonText, print } from "../output/write-report.ts";
import { collected, jsonOption } from "../policy/options.ts";
import { bodyOf, type CallBody } from "./body.ts";
import { findCredentials } from "./credentials.ts";
import { type SignedCall, signCall } from "./sign.ts";

interface Options {
  readonly data?: string;
  readonly dataFile?: string;
  readonly header: readonly string[];
  readonly profile?: string;
  readonly dataDir: string;
  readonly region: string;
  readonly timeout: number;
  readonly include?: true;
  readonly json?: true;
}

export function addCall(root: Command): void {
  root
    .command("call")
    .description("send a signed request to a protected API")
    .argument("<method>", "such as GET")
    .argument("<url>", "such as http://127.0.0.1:4001/invoices")
    .option("--data <text>", "the body")
    .option("--data-file <file>", "a file with the body; - is standard input")
    .option("--header <name:value>", "a header; may be repeated", collected, [])
    .option("--profile <name>", "a profile of AWS's configuration files")
    .addOption(dataDirectoryOption())
    .option("--region <region>", "the region of the API", "us-east-1")
    .addOption(secondsOption("--timeout <seconds>", "how long the server may be silent", 30))
    .option("--include", "print status and headers before the body")
    .addOption(jsonOption())
    .addHelpText("after", NOTES)
    .action(run);
}

const NOTES = `
Without --profile and without credentials in the environment, those in the data directory sign.
Exit codes: 0 the answer is below 400; 1 it is not, or there is none; 2 wrong usage.`;

async function run(method: string, address: string, options: Options): Promise<void> {
  const url = parseUrl(address);
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new InputFault(`The URL must be such as http://127.0.0.1:4001/path, not \`${address}\`.`);
  if (!/^[A-Za-z]{1,20}$/.test(method))
    throw new InputFault(`The method must be such as GET, not \`${method}\`.`);
  const body = await bodyOf(options.data, options.dataFile);
  const credentials = await findCredentials(options.profile, options.dataDir, process.env);
  const call = {
    method: method.toUpperCase(),
    url,
    headers: headersOf(options.header, body),
    sha256: body?.sha256 ?? EMPTY_SHA256,
    region: options.region,
    timeoutSeconds: options.timeout,
  };
  const answer = await send(call, await signCall(call, credentials), body);
  try {
    await write(answer, options);
  } catch (error) {
    throw new CommandFault(`${url.origin} broke off its answer: ${reasonOf(error)}.`);
  }
  const { statusCode = 0 } = answer;
  process.exitCode = statusCode < 400 ? EXIT.ok : EXIT.failed;
}

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function headersOf(
  lines: readonly string[],
  body: CallBody | undefined,
): Readonly<Record<string, string>> {
  const given = lines.map((line): [string, string] => {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new InputFault(`--header needs name:value, not \`${line}\`.`);
    return [name.toLowerCase(), value];
  });
  const length: Record<string, string> =
    body === undefined ? {} : { "content-length": String(body.length) };
  return { ...length, ...Object.fromEntries(given) };
}

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly timeoutSeconds: number;
}

async function send(
  { method, url, timeoutSeconds }: Call,
  { headers, target }: SignedCall,
  body: CallBody | undefined,
): Promise<IncomingMessage> {
  const ask = url.protocol === "https:" ? requestHttps : requestHttp;
  const asked = ask({
    method,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port,
    path: target,
    headers,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve).on("error", reject);
    asked.setTimeout(timeoutSeconds * 1000, () =>
      asked.destroy(new Error(`it is silent for ${timeoutSeconds} seconds`)),
    );
  });
  if (body === undefined) asked.end();
  // A server may refuse the request before it has read the body: its answer counts.
  else pipeline(body.stream(), asked).catch(() => {});
  try {
    return await answered;
  } catch (error) {
    throw new CommandFault(`${url.origin} can't be reached: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code.startsWith("HPE_")) return "it answers something else than HTTP";
  return REASONS.get(code) ?? sentenceOf(error).replace(/\.$/, "");
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["EAI_AGAIN", "its name can't be resolved"],
  ["ECONNREFUSED", "nothing listens there"],
  ["ECONNRESET", "it closed the connection"],
  ["ENOTFOUND", "its name can't be resolved"],
  ["EPROTO", "it answers something else than TLS"],
]);

async function write(answer: IncomingMessage, { include, json }: Options): Promise<void> {
  const { statusCode = 0, statusMessage = "", headers } = answer;
  if (json === true) {
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part);
    print(jsonText({ status: statusCode, headers, body: Buffer.concat(parts).toString() }));
    return;
  }
  const status = `HTTP ${statusCode} ${statusMessage}`.trimEnd();
  if (include === true) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    print([status, ...lines, ""].join("\n"));
  } else if (statusCode >= 400) process.stderr.write(`${status}\n`);
  for await (const part of answer) process.stdout.write(part);
  if (process.stdout.isTTY) process.stdout.write("\n");
}
