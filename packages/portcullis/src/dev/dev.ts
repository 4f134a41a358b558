import type { DevGateway, DevInstallation, ProxyEvent } from "@portcullis/local/proxy";
import { InputFault } from "@portcullis/testing/input-fault";
import type { Command } from "commander";
import { parseUrl } from "../input/parse-url.ts";
import { findInstallation } from "../installation/find-installation.ts";
import {
  dataDirectoryOption,
  megabytesOption,
  portOption,
  secondsOption,
} from "../installation/options.ts";
import { coloured } from "../output/colour.ts";
import { decisionText } from "../output/decision-text.ts";
import { print } from "../output/write-report.ts";
import { jsonOption } from "../policy/options.ts";
import { consoleFiles } from "../start/console-files.ts";
import { loadDefinition } from "./load-definition.ts";
import { watchFile } from "./watch-file.ts";
import { devWelcome } from "./welcome.ts";

interface Options {
  readonly service: string;
  readonly upstream: string;
  readonly port: number;
  readonly controlUrl?: string;
  readonly dataDir: string;
  readonly apiId?: string;
  readonly timeout: number;
  readonly maxBody: number;
  readonly allowUnsignedPayload?: true;
  readonly console?: true;
  readonly json?: true;
}

export function addDev(root: Command): void {
  root
    .command("dev")
    .description("authorize the requests to a server of your own, in any language")
    .requiredOption("--service <file>", "the service definition: JSON, YAML or a module")
    .requiredOption("--upstream <url>", "the server behind, such as http://127.0.0.1:3000")
    .addOption(portOption("--port <number>", "where clients send their requests", 4001))
    .option("--control-url <url>", "a running installation must have this control API")
    .addOption(dataDirectoryOption())
    .option("--api-id <id>", "the API's id in audiences of tokens; by default the service's name")
    .addOption(secondsOption("--timeout <seconds>", "how long the upstream may be silent", 30))
    .addOption(megabytesOption("--max-body <megabytes>", "a larger body is answered 413", 1024))
    .option("--allow-unsigned-payload", "pass bodies on unchecked whose hash is not signed")
    .option("--console", "serve the web console, if an installation is started along")
    .addOption(jsonOption())
    .addHelpText("after", NOTES)
    .action(run);
}

const NOTES = `
An installation that runs on the data directory decides, or one that is started along. Its
variables are those of \`portcullis start\`; PORTCULLIS_TABLE and the others of a deployment name a
deployed one. docs/dev-gateway.md describes the headers that the upstream gets.`;

async function run(options: Options): Promise<void> {
  const upstream = upstreamUrl(options.upstream);
  const service = await loadDefinition(options.service);
  process.umask(0o077);
  const env = { ...process.env, PORTCULLIS_DATA_DIR: options.dataDir };
  const found = await findInstallation(options.dataDir, options.controlUrl, env);
  // Loaded when it is needed: other commands start faster without it.
  const { startDevGateway } = await import("@portcullis/local/proxy");
  const { fail, readSettings, untilStopped } = await import("@portcullis/local/run");
  const installation: DevInstallation =
    found === undefined
      ? { kind: "own", settings: readSettings(env) }
      : { kind: "running", ...found };
  const json = options.json === true;
  const starting = startDevGateway({
    port: options.port,
    upstream,
    service,
    installation,
    apiId: options.apiId,
    bodyLimitBytes: options.maxBody * 1024 * 1024,
    silenceMilliseconds: options.timeout * 1000,
    allowUnsignedPayload: options.allowUnsignedPayload === true,
    log: (line) => print(json ? JSON.stringify(line) : decisionText(line)),
    report: (event) => print(json ? eventJson(event) : eventText(event)),
    onDeath: fail,
    ...(options.console === true && { console: consoleFiles }),
  });
  untilStopped(() => starting.then((gateway) => gateway.stop()), fail);
  const gateway = await starting;
  watchFile(options.service, () => void reload(gateway, options));
  process.stdout.write(devWelcome(gateway, { ...options, service, installation }));
}

async function reload(gateway: DevGateway, { service: path }: Options): Promise<void> {
  try {
    const service = await loadDefinition(path);
    gateway.reload(service);
    process.stderr.write(
      `${path} is read again: ${Object.keys(service.routes).length} routes of ${service.service}.\n`,
    );
  } catch (error) {
    if (!(error instanceof InputFault)) throw error;
    process.stderr.write(`portcullis: ${error.message} The former definition stays.\n`);
  }
}

function upstreamUrl(text: string): URL {
  const url = parseUrl(text);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new InputFault(
      `--upstream must be a URL such as http://127.0.0.1:3000, not \`${text}\`.`,
    );
  return url;
}

const pathOf = ({ request }: ProxyEvent): string => request.url?.split("?", 1)[0] ?? "";

const eventJson = (event: ProxyEvent): string =>
  JSON.stringify({
    type: "gateway",
    time: new Date().toISOString(),
    statusCode: event.statusCode,
    method: event.request.method,
    path: pathOf(event),
    message: event.message,
  });

function eventText(event: ProxyEvent): string {
  const status = coloured(event.statusCode >= 500 ? "red" : "yellow", String(event.statusCode));
  const time = new Date().toISOString().slice(11, 19);
  return `${time}  ${status}      ${event.request.method} ${pathOf(event)}  ${event.message}`;
}
