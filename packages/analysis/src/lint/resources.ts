import { matchesWildcard, PARTITIONS, splitArn } from "@portcullis/policy";
import { cached } from "../collection/cached.ts";
import { RESOURCES, resourceCodes } from "../pattern/codes.ts";
import { findWitnesses } from "../pattern/search.ts";
import { arnFormatsOf, findAction, type KnownAction, type Services } from "../services/services.ts";
import { type CheckRule, ofPatterns } from "./check.ts";
import type { Found, LintDocument, LocatedText } from "./document.ts";
import { replaceText } from "./fix.ts";

/** Checks of Resource and NotResource. */
export const RESOURCE_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid ARN prefix",
    type: "ERROR",
    find: ofPatterns("resources", (at) => {
      const { text, node } = at;
      if (text === "*" || text.startsWith("arn:")) return undefined;
      return {
        at,
        details: "Add the required prefix (arn) to the resource ARN, or use *.",
        fixes: /^:?aws(-[a-z-]+)?:/.test(text)
          ? [replaceText("Add arn:", node, `arn:${text.replace(/^:/, "")}`)]
          : [],
      };
    }),
  },
  {
    title: "Invalid partition",
    type: "ERROR",
    find: ofPatterns("resources", (at) => {
      const [scheme, partition] = at.text.split(":");
      if (scheme !== "arn" || partition === undefined) return undefined;
      const details = `The resource ARN does not support the partition ${partition}. Use the supported values: ${PARTITIONS.join(", ")}.`;
      return PARTITIONS.some((known) => matchesWildcard(partition, known))
        ? undefined
        : { at, details };
    }),
  },
  {
    title: "Wildcard in service name",
    type: "ERROR",
    find: ofPatterns("resources", (at) => {
      const [, , service = ""] = at.text.split(":");
      const details =
        "Avoid using wildcards (*, ?) in the service name because it might grant unintended access to other AWS services with similar names.";
      return /[*?]/.test(service) ? { at, details } : undefined;
    }),
  },
  {
    title: "Missing ARN field",
    type: "ERROR",
    find: ofPatterns("resources", (at) => {
      const { text } = at;
      const parts = text.split(":");
      if (!text.startsWith("arn:") || parts.length >= 6) return undefined;
      // A trailing star matches the missing fields, as in the engine.
      if (parts.length >= 4 && text.endsWith("*")) return undefined;
      if (parts.length >= 3 && parts[2] !== "" && text.includes("*")) return undefined;
      const details =
        "Resource ARNs must include at least 6 fields in the following structure: arn:partition:service:region:account:resource";
      return { at, details };
    }),
  },
  {
    title: "ARN Region not allowed",
    type: "ERROR",
    find: ofPatterns("resources", (at) => {
      const arn = splitArn(at.text);
      if (arn?.service !== "iam" || arn.region === "" || arn.region === "*") return undefined;
      const details = "The service iam does not support specifying a Region in the resource ARN.";
      return { at, details };
    }),
  },
  {
    title: "Invalid ARN account",
    type: "WARNING",
    find: ofPatterns("resources", (at) => {
      const account = splitArn(at.text)?.account;
      if (account === undefined || /^(?:|aws|\d{12}|.*[*?$].*)$/s.test(account)) return undefined;
      const details = `The resource ARN account ID ${account} is not valid. Provide a 12-digit account ID.`;
      return { at, details };
    }),
  },
  {
    title: "Invalid ARN resource",
    type: "WARNING",
    find: ofPatterns("resources", (at, { services, variables }) => {
      const arn = splitArn(at.text);
      const service = services?.byPrefix.get(arn?.service.toLowerCase() ?? "");
      if (service === undefined || service.resources.size === 0) return undefined;
      const formats = [...service.resources.values()].flatMap(({ ARNFormats }) => ARNFormats ?? []);
      if (formats.some((format) => canMeet(at.text, format, variables))) return undefined;
      const details = `The resource ARN does not match any ARN format of the service. The service ${service.prefix} has: ${formats.slice(0, 8).join(", ")}.`;
      return { at, details };
    }),
  },
  {
    title: "Unsupported resource for action",
    type: "WARNING",
    page: "reference_policies_elements_resource",
    find: findUnmatched,
  },
];

const EFFORT = 20_000;

/** Whether some ARN of the format is one of the pattern; "yes" if it takes too long to know. */
function canMeet(pattern: string, format: string, variables: boolean): boolean {
  const groups = [
    RESOURCES,
    [resourceCodes(pattern, variables, false).codes],
    [resourceCodes(format.replace(/\$\{[^}]*\}/g, "*"), false, false).codes],
  ].map((patterns) => ({ patterns, hit: true }));
  return findWitnesses(groups, { left: EFFORT })?.length !== 0;
}

/**
 * Actions of which no listed resource can be one that they act on (parliament calls it a resource
 * mismatch).
 */
function* findUnmatched({ statements, services, variables }: LintDocument): Generator<Found> {
  if (services === undefined) return;
  const known = new Map<string, boolean>();
  const isSuitable = (action: KnownAction, resources: readonly LocatedText[]): boolean =>
    arnFormatsOf(action).some((format) =>
      resources.some(({ text }) =>
        cached(known, `${format} ${text}`, () => canMeet(text, format, variables)),
      ),
    );
  for (const { actions, resources } of statements) {
    if (actions === undefined || resources === undefined || actions.except || resources.except)
      continue;
    if (resources.texts.some(({ text }) => text === "*")) continue;
    for (const action of actions.texts) {
      const [first, ...others] = actionsOf(action.text, services);
      // A pattern is fine if any of its actions is.
      if (first === undefined || [first, ...others].some((one) => isSuitable(one, resources.texts)))
        continue;
      const formats = arnFormatsOf(first);
      const details =
        formats.length === 0
          ? `The action ${action.text} can't be limited to resources: it needs the resource *.`
          : `The action ${action.text} acts on none of the listed resources. It acts on: ${formats.join(", ")}.`;
      yield { at: [action, resources], details };
    }
  }
}

const MOST_ACTIONS = 64;

function actionsOf(pattern: string, services: Services): readonly KnownAction[] {
  const exact = findAction(services, pattern);
  if (exact !== undefined) return [exact];
  const [prefix = "", lower = ""] = pattern.toLowerCase().split(":");
  const service = services.byPrefix.get(prefix);
  if (service === undefined || !/[*?]/.test(lower)) return [];
  const found: KnownAction[] = [];
  for (const [known, reference] of service.actions)
    if (found.length < MOST_ACTIONS && matchesWildcard(lower, known))
      found.push({ service, reference });
  return found;
}
