import { matchesWildcard } from "@portcullis/policy";
import { RESOURCES, resourceCodes } from "../pattern/codes.ts";
import { findWitnesses } from "../pattern/search.ts";
import { arnFormatsOf, findAction, type KnownAction, type Services } from "../services/services.ts";
import { type CheckRule, ofStatements } from "./check.ts";
import type { Found, LintDocument, LintStatement, LocatedText, Patterns } from "./document.ts";
import { replaceText } from "./fix.ts";

const PARTITIONS = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b"];

/** Checks of Resource and NotResource. */
export const RESOURCE_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid ARN prefix",
    type: "ERROR",
    find: eachResource(function* (resource) {
      const { text, node } = resource;
      if (text === "*" || text.startsWith("arn:")) return;
      yield {
        at: resource,
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
    find: eachResource(function* (resource) {
      const [scheme, partition] = resource.text.split(":");
      if (scheme !== "arn" || partition === undefined) return;
      if (PARTITIONS.some((known) => matchesWildcard(partition, known))) return;
      yield {
        at: resource,
        details: `The resource ARN does not support the partition ${partition}. Use the supported values: ${PARTITIONS.join(", ")}.`,
      };
    }),
  },
  {
    title: "Wildcard in service name",
    type: "ERROR",
    find: eachResource(function* (resource) {
      const service = resource.text.split(":")[2];
      if (service === undefined || !/[*?]/.test(service)) return;
      yield {
        at: resource,
        details:
          "Avoid using wildcards (*, ?) in the service name because it might grant unintended access to other AWS services with similar names.",
      };
    }),
  },
  {
    title: "Missing ARN field",
    type: "ERROR",
    find: eachResource(function* (resource) {
      const { text } = resource;
      const parts = text.split(":");
      if (!text.startsWith("arn:") || parts.length >= 6) return;
      // A trailing star matches the missing fields, as in the engine.
      if (parts.length >= 4 && text.endsWith("*")) return;
      if (parts.length >= 3 && parts[2] !== "" && text.includes("*")) return;
      yield {
        at: resource,
        details:
          "Resource ARNs must include at least 6 fields in the following structure: arn:partition:service:region:account:resource",
      };
    }),
  },
  {
    title: "ARN Region not allowed",
    type: "ERROR",
    find: eachResource(function* (resource) {
      const [scheme, , service, region = "", ...rest] = resource.text.split(":");
      if (
        scheme !== "arn" ||
        service !== "iam" ||
        rest.length < 2 ||
        region === "" ||
        region === "*"
      )
        return;
      yield {
        at: resource,
        details: "The service iam does not support specifying a Region in the resource ARN.",
      };
    }),
  },
  {
    title: "Invalid ARN account",
    type: "WARNING",
    find: eachResource(function* (resource) {
      const parts = resource.text.split(":");
      const account = parts[4];
      if (parts[0] !== "arn" || parts.length < 6 || account === undefined || account === "") return;
      if (/[*?$]/.test(account) || /^\d{12}$/.test(account) || account === "aws") return;
      yield {
        at: resource,
        details: `The resource ARN account ID ${account} is not valid. Provide a 12-digit account ID.`,
      };
    }),
  },
  {
    title: "Invalid ARN resource",
    type: "WARNING",
    find: eachResource(function* (resource, { services, version }) {
      const parts = resource.text.split(":");
      const service = services?.byPrefix.get((parts[2] ?? "").toLowerCase());
      if (
        parts[0] !== "arn" ||
        parts.length < 6 ||
        service === undefined ||
        service.resources.size === 0
      )
        return;
      const templates = [...service.resources.values()].flatMap(
        ({ ARNFormats }) => ARNFormats ?? [],
      );
      if (templates.some((template) => canMeet(resource.text, template, version === "2012-10-17")))
        return;
      yield {
        at: resource,
        details: `The resource ARN does not match any ARN format of the service. The service ${service.prefix} has: ${templates.slice(0, 8).join(", ")}.`,
      };
    }),
  },
  {
    title: "Unsupported resource for action",
    type: "WARNING",
    page: "reference_policies_elements_resource",
    find: ofStatements(findUnmatched),
  },
];

function eachResource(
  find: (resource: LocatedText, document: LintDocument) => Iterable<Found>,
): CheckRule["find"] {
  return ofStatements(function* ({ resources }, document) {
    for (const resource of resources?.texts ?? []) yield* find(resource, document);
  });
}

const EFFORT = 20_000;

/** Whether some ARN of the template is one of the pattern; "yes" if it takes too long to know. */
function canMeet(pattern: string, template: string, variables: boolean): boolean {
  const wanted = resourceCodes(pattern, variables, false).codes;
  const form = resourceCodes(template.replace(/\$\{[^}]*\}/g, "*"), false, false).codes;
  const groups = [
    { patterns: RESOURCES, hit: true },
    { patterns: [wanted], hit: true },
    { patterns: [form], hit: true },
  ];
  return findWitnesses(groups, { left: EFFORT })?.length !== 0;
}

/**
 * Actions of which no listed resource can be one that they act on (parliament calls it a resource
 * mismatch).
 */
function* findUnmatched(
  { actions, resources }: LintStatement,
  { services, version }: LintDocument,
): Generator<Found> {
  if (actions === undefined || resources === undefined || services === undefined) return;
  if (actions.except || resources.except || resources.texts.some(({ text }) => text === "*"))
    return;
  const variables = version === "2012-10-17";
  const cache = new Map<string, boolean>();
  for (const action of actions.texts) {
    const known = actionsOf(action.text, services);
    // A pattern is fine if any of its actions is.
    if (known.length === 0 || known.some((one) => isSuitable(one, resources, variables, cache)))
      continue;
    const [one] = known;
    const formats = arnFormatsOf(one!);
    yield {
      at: [action, resources],
      details:
        formats.length === 0
          ? `The action ${action.text} can't be limited to resources: it needs the resource *.`
          : `The action ${action.text} acts on none of the listed resources. It acts on: ${formats.join(", ")}.`,
    };
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

function isSuitable(
  action: KnownAction,
  resources: Patterns,
  variables: boolean,
  cache: Map<string, boolean>,
): boolean {
  return arnFormatsOf(action).some((format) =>
    resources.texts.some(({ text }) => {
      const key = `${format} ${text}`;
      const known = cache.get(key) ?? canMeet(text, format, variables);
      cache.set(key, known);
      return known;
    }),
  );
}
