import { accessLevel, typeOf, withVariables } from "./reference-data.ts";
import {
  type ContextSource,
  type Route,
  type ServiceDefinition,
  valueSourceOf,
} from "./service-definition.ts";

/**
 * A Markdown reference of a protected API's actions, resources and condition keys, in the form of
 * AWS's Service Authorization Reference. It is for authors of policies.
 */
export function serviceReference(definition: ServiceDefinition): string {
  const { service, title = service, routes } = definition;
  const entries = Object.entries(routes);
  return [
    `# Actions, resources and condition keys of ${title}`,
    `${title} (service prefix: \`${service}\`) has the following actions, resources and condition keys for use in policies.`,
    "Routes that are not listed ask for `execute-api:Invoke` on the route's own ARN, as API Gateway has it.",
    "## Actions",
    table(
      ["Action", "Description", "Access level", "Resource", "Condition keys", "Routes"],
      actionRows(service, entries),
    ),
    "## Resources",
    table(["Resource", "ARN"], resourceRows(service, entries)),
    "## Condition keys",
    conditionKeys(title, entries),
  ]
    .join("\n\n")
    .concat("\n");
}

type Entry = readonly [routeKey: string, route: Route];

function actionRows(service: string, entries: readonly Entry[]): string[][] {
  const actions = [...new Set(entries.map(([, { action }]) => action))].sort();
  return actions.map((action) => {
    const own = entries.filter(([, route]) => route.action === action);
    const keys = own.flatMap(([, { context = {} }]) => Object.keys(context));
    return [
      code(action.slice(service.length + 1)),
      own.find(([, { description }]) => description !== undefined)?.[1].description ?? "",
      accessLevel(own),
      list(own.map(([, { resource }]) => (resource === "*" ? "*" : code(typeOf(resource))))),
      list(keys.map(code)),
      list(own.map(([routeKey]) => code(routeKey))),
    ];
  });
}

function resourceRows(service: string, entries: readonly Entry[]): string[][] {
  const resources = new Set(
    entries.map(([, { resource }]) => resource).filter((resource) => resource !== "*"),
  );
  return [...resources]
    .sort()
    .map((resource) => [
      code(typeOf(resource)),
      code(`arn:aws:${service}:\${Region}:\${Account}:${withVariables(resource)}`),
    ]);
}

function conditionKeys(title: string, entries: readonly Entry[]): string {
  const sources = new Map(entries.flatMap(([, { context = {} }]) => Object.entries(context)));
  if (sources.size === 0)
    return `${title} has no condition keys of its own; the global ones are in every request.`;
  return table(
    ["Condition key", "Where it is in the request", "Type"],
    [...sources]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, source]) => [code(key), where(source), source.type ?? "String"]),
  );
}

function where(source: ContextSource): string {
  const { from, name } = valueSourceOf(source);
  return `${PLACES[from]} ${code(name)}`;
}

const PLACES = {
  path: "path parameter",
  query: "query parameter",
  header: "header",
  host: "host label",
} as const;

const code = (text: string): string => `\`${text}\``;

const list = (items: readonly string[]): string => [...new Set(items)].join("<br>");

/** A Markdown table with aligned columns, so that it reads well as plain text. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[], fill = " ") =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [
    line(first),
    line(
      head.map(() => "-"),
      "-",
    ),
    ...others.map((row) => line(row)),
  ].join("\n");
}
