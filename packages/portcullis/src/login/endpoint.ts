import { existsSync } from "node:fs";
import { join } from "node:path";
import { CONNECTION_FILE, readConnection } from "@portcullis/functions/connection";
import { InputFault } from "@portcullis/testing/input-fault";
import { parseUrl } from "../input/parse-url.ts";

/**
 * The control API to log in to: the given one, else that of the profile, else that of the
 * installation that runs on the data directory.
 * @returns its URL, without a slash at its end
 * @throws {InputFault} if there is none, or passwords and tokens would cross a network in the clear
 */
export function findEndpoint(
  given: string | undefined,
  ofProfile: string | undefined,
  dataDirectory: string,
): string {
  const text = given ?? ofProfile ?? localEndpoint(dataDirectory);
  if (text === undefined)
    throw new InputFault(
      `No installation runs on the data directory ${dataDirectory}: name the control API by --endpoint, such as --endpoint https://iam.example.com.`,
    );
  const url = parseUrl(text);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search)
    throw new InputFault(`The endpoint must be such as https://iam.example.com, not \`${text}\`.`);
  if (url.protocol === "http:" && !LOOPBACK.has(url.hostname))
    throw new InputFault(`The endpoint ${url.origin} must begin with https:, for your password.`);
  return url.origin;
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

const localEndpoint = (dataDirectory: string): string | undefined =>
  existsSync(join(dataDirectory, CONNECTION_FILE))
    ? readConnection(dataDirectory).issuer
    : undefined;
