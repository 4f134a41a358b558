import type { DataFile } from "@portcullis/testing";
import { InputFault } from "@portcullis/testing/input-fault";
import type { ApiOperation } from "./api-operation.ts";
import { isObject, type Json } from "./json.ts";

interface PathItem {
  readonly file: DataFile;
  readonly document: Json;
  readonly base: string;
  /** The path, such as `/orders/{orderId}`. */
  readonly key: string;
  readonly item: unknown;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** The operations of one path. @throws {InputFault} if its parts are of other types */
export function* operationsOfPath({
  file,
  document,
  base,
  key,
  item,
}: PathItem): Iterable<ApiOperation> {
  const where = `${file.path}: the path \`${key}\``;
  const found = followed(document, item, where);
  for (const method of METHODS) {
    const operation = Object.hasOwn(found, method) ? found[method] : undefined;
    if (operation === undefined) continue;
    const routeKey = `${method.toUpperCase()} ${base}${key === "/" && base !== "" ? "" : key}`;
    if (!isObject(operation))
      throw new InputFault(`${where} has a \`${method}\` that is no object.`);
    const { operationId, summary, description, tags, security } = operation;
    yield {
      routeKey,
      ownRouteKey: `${method.toUpperCase()} ${key}`,
      operationId: typeof operationId === "string" ? operationId : undefined,
      summary: [summary, description].find((text) => typeof text === "string" && text !== "") as
        | string
        | undefined,
      tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
      isPublic: operation["x-portcullis-public"] === true || isOpen(security),
      extensions: extensionsOf(operation, `${where}, \`${method}\`,`),
      line: () => file.lineOf(["paths", key, method]),
    };
  }
}

/** `security: []` overrides what the document requires. */
const isOpen = (security: unknown): boolean =>
  Array.isArray(security) &&
  security.every((each) => isObject(each) && Object.keys(each).length === 0);

function extensionsOf(operation: Json, where: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of ["action", "resource", "account-from", "access-level"]) {
    const value = operation[`x-portcullis-${name}`];
    if (value === undefined) continue;
    if (typeof value !== "string")
      throw new InputFault(`${where} has an \`x-portcullis-${name}\` that is no text.`);
    found.set(name, value);
  }
  return found;
}

/** The path item that references lead to. */
function followed(document: Json, item: unknown, where: string): Json {
  const seen = new Set<string>();
  let found = item;
  while (isObject(found) && found.$ref !== undefined) {
    const { $ref: reference } = found;
    if (typeof reference !== "string")
      throw new InputFault(`${where} has a \`$ref\` that is no text.`);
    if (!reference.startsWith("#/"))
      throw new InputFault(
        `${where} refers to \`${reference}\`, and other documents are not read: bundle it first.`,
      );
    if (seen.has(reference))
      throw new InputFault(`${where} refers in a circle to \`${reference}\`.`);
    seen.add(reference);
    found = pointedAt(document, reference);
    if (found === undefined)
      throw new InputFault(`${where} refers to \`${reference}\`, which is not there.`);
  }
  if (!isObject(found)) throw new InputFault(`${where} is no object.`);
  return found;
}

/** RFC 6901, of own members only. */
function pointedAt(document: Json, reference: string): unknown {
  let found: unknown = document;
  for (const token of reference.slice(2).split("/")) {
    const name = decoded(token).replaceAll("~1", "/").replaceAll("~0", "~");
    if (!(found instanceof Object) || !Object.hasOwn(found, name)) return undefined;
    found = (found as Json)[name];
  }
  return found;
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
