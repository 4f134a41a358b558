import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  CONNECTION_FILE,
  type Connection,
  deployedConnection,
  localConnection,
} from "@portcullis/functions/connection";
import { InputFault } from "@portcullis/testing/input-fault";
import { parseUrl } from "../input/parse-url.ts";

/** How long a running installation may take to say that it is there. */
const HEALTH_MILLISECONDS = 2_000;

export interface RunningInstallation {
  readonly connection: Connection;
  /** Of an installation on this machine. */
  readonly directory: string | undefined;
}

/**
 * The installation that is to decide: the deployed one that `PORTCULLIS_TABLE` names, else the one
 * that runs on the data directory. Undefined if none runs there.
 * @param controlUrl the URL that it must have
 * @throws {InputFault} if another URL is there, or none
 */
export async function findInstallation(
  directory: string,
  controlUrl: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<RunningInstallation | undefined> {
  if (env.PORTCULLIS_TABLE) {
    const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
    const credentials = defaultProvider();
    return { connection: deployedConnection(credentials), directory: undefined };
  }
  const found = existsSync(join(directory, CONNECTION_FILE))
    ? localConnection(directory)
    : undefined;
  const url = found?.bearer?.issuer;
  if (controlUrl !== undefined && (url === undefined || !isSame(url, controlUrl)))
    throw new InputFault(
      `No installation with the control API ${controlUrl} runs on the data directory ${directory}: start it with \`portcullis start\`, or name its directory by --data-dir.`,
    );
  if (found === undefined || url === undefined) return undefined;
  if (await answers(url)) return { connection: found, directory };
  if (controlUrl === undefined) return undefined;
  throw new InputFault(`The control API ${controlUrl} does not answer.`);
}

function isSame(url: string, other: string): boolean {
  const named = parseUrl(other);
  const own = new URL(url);
  const isLoopback = named?.hostname === "localhost" || named?.hostname === "127.0.0.1";
  return named?.origin === own.origin || (isLoopback && named?.port === own.port);
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`, {
      signal: AbortSignal.timeout(HEALTH_MILLISECONDS),
    });
    return answer.ok;
  } catch {
    // Nothing listens there, or not in time.
    return false;
  }
}
