import type { Services } from "../services/services.ts";
import type { RequestSet } from "../solve/request-set.ts";
import type { ExampleRequest } from "./check.ts";

/**
 * Requests like one that a search found, but as people know them: real action names, whole ARNs.
 * The first that shows the same is the better example; the found one always does.
 */
export function* betterExamples(
  found: ExampleRequest,
  within: readonly RequestSet[],
  services: Services | undefined,
): Generator<ExampleRequest> {
  const actions = actionNames(found.action, within, services);
  const resources = resourceNames(found.resource, within);
  for (const action of actions) {
    for (const resource of resources) yield { ...found, action, resource };
  }
}

const MOST_NAMES = 24;

function actionNames(
  word: string,
  within: readonly RequestSet[],
  services: Services | undefined,
): readonly string[] {
  const names = new Set<string>();
  for (const { statement } of within) {
    for (const pattern of statement.action.patterns) {
      if (!/[*?]/.test(pattern)) {
        if (pattern.toLowerCase() === word) return [pattern];
        if (statement.action.match === "only") names.add(pattern);
      }
    }
  }
  const [prefix = ""] = word.split(":");
  const service = services?.byPrefix.get(prefix) ?? services?.byPrefix.values().next().value;
  const exact = service?.actions.get(word.slice(prefix.length + 1));
  if (service !== undefined && exact !== undefined) return [`${service.prefix}:${exact.Name}`];
  for (const { Name } of service?.actions.values() ?? []) {
    if (names.size >= MOST_NAMES) break;
    names.add(`${service?.prefix}:${Name}`);
  }
  return [...[...names].slice(0, MOST_NAMES), word];
}

function resourceNames(word: string, within: readonly RequestSet[]): readonly string[] {
  const names = new Set<string>();
  for (const { statement } of within) {
    if (statement.resource.match === "except") continue;
    for (const pattern of statement.resource.patterns.slice(0, MOST_NAMES))
      names.add(wholeArn(pattern));
  }
  return [...names, wholeArn(word), word];
}

const PARTS = ["arn", "aws", "service", "us-east-1", "111122223333", "example"];

/** A pattern as the ARN of something: wildcards filled as ARNs usually are. */
function wholeArn(pattern: string): string {
  if (pattern === "*") return pattern;
  const parts = pattern.split(":");
  const head = parts.slice(0, 5).map((part, at) => part.replace(/^\*$/, PARTS[at] ?? "example"));
  const rest =
    parts.length > 5
      ? parts.slice(5).join(":")
      : parts.length < 5 || parts.at(-1) === "*"
        ? "*"
        : "";
  while (head.length < 5) head.push(PARTS[head.length] ?? "");
  return [...head, rest]
    .join(":")
    .replace(/\$\{[^}]*\}/g, "example")
    .replaceAll("*", "example")
    .replaceAll("?", "x");
}
