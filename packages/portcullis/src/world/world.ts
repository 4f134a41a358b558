import { dirname, resolve } from "node:path";
import { accountIn, type World, worldOf } from "@portcullis/testing";
import { readData, readText } from "../input/read-file.ts";
import { readServices } from "../input/services.ts";

/**
 * Reads an account: a test file, or the output of get-account-authorization-details.
 * @param servicePaths services besides those that the file names
 * @throws {InputFault}
 */
export async function readWorld(
  file: string,
  servicePaths: readonly string[] = [],
): Promise<World> {
  const at = (path: string) => resolve(dirname(file), path);
  const account = accountIn(readData(file), (path) => readText(at(path)));
  const own = (account.content.services ?? []).map(at);
  return worldOf(account, await readServices([...own, ...servicePaths]));
}
