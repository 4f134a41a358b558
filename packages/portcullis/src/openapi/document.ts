import { InputFault } from "@portcullis/testing/input-fault";
import { readData } from "../input/read-file.ts";
import type { ApiOperation } from "./api-operation.ts";
import { isObject, type Json } from "./json.ts";
import { operationsOfPath } from "./path-item.ts";

export interface ApiDocument {
  readonly path: string;
  readonly title: string | undefined;
  readonly operations: readonly ApiOperation[];
}

/** Far beyond any API that people write. */
const MOST_OPERATIONS = 10_000;

/**
 * Reads an OpenAPI document of version 3.0 or 3.1, JSON or YAML. Other files that it refers to are
 * never read.
 * @param basePath replaces the path of the document's first server
 * @throws {InputFault} if it is no such document
 */
export function readDocument(path: string, basePath: string | undefined): ApiDocument {
  const file = readData(path);
  const { data } = file;
  if (!isObject(data)) throw new InputFault(`${path} is no OpenAPI document.`);
  checkVersion(path, data);
  const base = basePath ?? basePathOf(path, data.servers);
  if (base !== "" && !/^(?:\/[^/{}?#\s]+)+$/.test(base))
    throw new InputFault(`The base path must be such as /v1, not \`${base}\`.`);
  if (!isObject(data.paths ?? {}))
    throw new InputFault(`${path} has \`paths\` that are no object.`);
  const operations: ApiOperation[] = [];
  for (const [key, item] of Object.entries((data.paths ?? {}) as Json)) {
    if (key.startsWith("x-")) continue;
    if (!key.startsWith("/"))
      throw new InputFault(`${path} has the path \`${key}\`, which does not begin with a slash.`);
    operations.push(...operationsOfPath({ file, document: data, base, key, item }));
    if (operations.length > MOST_OPERATIONS)
      throw new InputFault(`${path} has more than ${MOST_OPERATIONS} operations.`);
  }
  if (operations.length === 0) throw new InputFault(`${path} has no operation.`);
  const title = isObject(data.info) ? data.info.title : undefined;
  return { path, title: typeof title === "string" ? title : undefined, operations };
}

function checkVersion(path: string, { openapi, swagger }: Json): void {
  if (swagger !== undefined)
    throw new InputFault(
      `${path} is of version ${String(swagger)}, not 3.0 or 3.1: convert it to OpenAPI 3 first.`,
    );
  if (openapi === undefined)
    throw new InputFault(`${path} is no OpenAPI document: it has no \`openapi\` version.`);
  if (!/^3\.[01](?:\.|$)/.test(String(openapi)))
    throw new InputFault(`${path} is of OpenAPI ${String(openapi)}: 3.0 and 3.1 can be read.`);
}

/** The path of the first server, whose variables have their defaults. */
function basePathOf(path: string, servers: unknown): string {
  const server: unknown = Array.isArray(servers) ? servers[0] : undefined;
  if (!isObject(server) || typeof server.url !== "string") return "";
  const variables = isObject(server.variables) ? server.variables : {};
  const url = server.url.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return isObject(variable) ? String(variable.default ?? "") : "";
  });
  if (!URL.canParse(url, "http://localhost"))
    throw new InputFault(`${path} has a server whose URL \`${server.url}\` can't be read.`);
  return new URL(url, "http://localhost").pathname.replace(/\/+$/, "");
}
