import type { Route, ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { stringify } from "yaml";
import { pascalCase } from "./names.ts";
import { packageEntry } from "./package-entry.ts";

/** How a service definition is written. */
export type Language = "code" | "json" | "yaml";

export const languageOf = (path: string): Language =>
  path.endsWith(".json") ? "json" : /\.ya?ml$/.test(path) ? "yaml" : "code";

const WIDTH = 100;

/**
 * A service definition as text that people review: one route a line, if it fits. The code is both
 * JavaScript and TypeScript.
 * @param notes comment lines at its beginning; JSON has none
 */
export function definitionText(
  definition: ServiceDefinition,
  language: Language,
  notes: readonly string[],
): string {
  const comments = (mark: string) => notes.map((note) => `${mark} ${printable(note)}\n`).join("");
  if (language === "json") return `${JSON.stringify(definition, undefined, 2)}\n`;
  if (language === "yaml") return `${comments("#")}${stringify(definition, { lineWidth: WIDTH })}`;
  const { routes, ...head } = definition;
  const members = Object.entries(head).map(([name, value]) => `  ${name}: ${quoted(value)},\n`);
  const lines = Object.entries(routes).map(([routeKey, route]) => routeLine(routeKey, route));
  return `${comments("//")}import { defineService } from ${packageEntry("service")};

/** What the API's routes mean to policies. */
export const ${constantName(definition)} = defineService({
${members.join("")}  routes: {
${lines.join("")}  },
});
`;
}

/** `order-items` is `OrderItems`. */
export const pascalOf = ({ service }: Pick<ServiceDefinition, "service">): string =>
  pascalCase(service);

/** `order-items` is `orderItemsService`. */
export function constantName(definition: Pick<ServiceDefinition, "service">): string {
  const name = pascalOf(definition);
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}Service`;
}

function routeLine(routeKey: string, route: Route): string {
  const members = Object.entries(route)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${quoted(value)}`);
  const short = `    ${quoted(routeKey)}: { ${members.join(", ")} },\n`;
  if (short.length <= WIDTH) return short;
  return `    ${quoted(routeKey)}: {\n${members.map((each) => `      ${each},\n`).join("")}    },\n`;
}

const quoted = (value: unknown): string => JSON.stringify(value);

/** A comment ends with its line. */
const printable = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
