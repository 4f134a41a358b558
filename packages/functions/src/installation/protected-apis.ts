import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { DeclaredApi } from "@portcullis/authorizer/declared-api";

/**
 * The protected APIs of a deployed installation. The component `controlApi` puts them into a file
 * beside the function's code, because an environment is limited to 4 KB, and names the file in
 * `PORTCULLIS_APIS`.
 * @throws {Error} if the file cannot be read
 */
export function deployedApis(environment: NodeJS.ProcessEnv = process.env): readonly DeclaredApi[] {
  const { PORTCULLIS_APIS: file, LAMBDA_TASK_ROOT: folder = "" } = environment;
  // Under `sst dev` the code's folder is the working directory.
  return file ? JSON.parse(readFileSync(resolve(folder, file), "utf8")) : [];
}
