import type { Services } from "../services/services.ts";
import type { RequestSet } from "../solve/request-set.ts";
import { sampleArn } from "../text/sample-arn.ts";
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
/** The account of examples, where a pattern leaves it open. */
const ACCOUNT = "111122223333";

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
      names.add(sampleArn(pattern, ACCOUNT));
  }
  return [...names, sampleArn(word, ACCOUNT), word];
}
