import { isAssumeRoleAction, matchesWildcard } from "@portcullis/policy";
import type { Service, Services } from "../services/services.ts";
import { nearestNames } from "../text/nearest.ts";
import { type CheckRule, ofPatterns, ofStatements } from "./check.ts";
import type { Found, LocatedText, Patterns } from "./document.ts";
import { unknownName, useInstead } from "./fix.ts";

/** Checks of Action and NotAction. */
export const ACTION_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid action",
    type: "ERROR",
    find: ofPatterns("actions", (action, { services }) => {
      const { text } = action;
      if (isAnyAction(text)) return undefined;
      const [prefix = "", name, ...more] = text.split(":");
      if (name === undefined) {
        const details = `The action ${text} has no service. Actions are written service:Action.`;
        return unknownName(action, details, actionsNamed(text, services));
      }
      if (more.length > 0)
        return unknownName(action, `The action ${text} has more than one colon.`, []);
      const service = services?.byPrefix.get(prefix.toLowerCase());
      if (service === undefined || service.actions.size === 0 || matchesAny(name, service))
        return undefined;
      const names = [...service.actions.values()].map(({ Name }) => Name);
      const suggestions = nearestNames(name, names).map((one) => `${service.prefix}:${one}`);
      return unknownName(action, `The action ${text} does not exist.`, suggestions);
    }),
  },
  {
    title: "Invalid service in action",
    type: "ERROR",
    find: ofPatterns("actions", (action, { services }) => {
      const prefix = prefixOf(action);
      if (prefix === undefined) return undefined;
      const isMissing = services?.complete === true && !isKnown(prefix, services);
      return isMissing || !SERVICE_NAME.test(prefix)
        ? unknownService(action, prefix, services)
        : undefined;
    }),
  },
  {
    title: "Unknown service in action",
    type: "WARNING",
    page: "reference_policies_elements_action",
    *find({ statements, services }) {
      if (services === undefined || services.complete) return;
      // One finding a service, not one an action.
      const seen = new Set<string>();
      for (const action of statements.flatMap(({ actions }) => actions?.texts ?? [])) {
        const prefix = prefixOf(action);
        const service = prefix?.toLowerCase();
        if (prefix === undefined || service === undefined || seen.has(service)) continue;
        seen.add(service);
        if (SERVICE_NAME.test(prefix) && !isKnown(prefix, services))
          yield unknownService(action, prefix, services);
      }
    },
  },
  {
    title: "Variable unsupported in element",
    type: "ERROR",
    find: ofPatterns("actions", (at) => {
      const details =
        "Policy variables are supported in the Resource and Condition elements. Remove the policy variable from this element.";
      return at.text.includes("${") ? { at, details } : undefined;
    }),
  },
  {
    title: "Unsupported action in policy",
    type: "ERROR",
    find: ofPatterns("actions", (at, { kind }) => {
      if (kind !== "trust" || isAssumeRoleAction(at.text)) return undefined;
      const details = `The action ${at.text} is not supported in a role trust policy, which may only specify STS AssumeRole actions.`;
      return { at, details };
    }),
  },
  {
    title: "Allow with not action",
    type: "SECURITY_WARNING",
    page: "reference_policies_elements_notaction",
    find: ofStatements(({ effect, actions: at, resources, conditions }, { kind }) => {
      if (effect !== "Allow" || at?.except !== true || conditions.length > 0) return undefined;
      // Service control policies grant nothing.
      if (kind === "serviceControl" || kind === "boundary") return undefined;
      if (resources !== undefined && !isEverything(resources)) return undefined;
      const details =
        "Using Allow with NotAction can be overly permissive: it grants all other actions of all services, those that are added later, too. We recommend that you list actions in Action instead.";
      return { at, details };
    }),
  },
  {
    title: "Allow all actions on all resources",
    type: "SECURITY_WARNING",
    page: "best-practices",
    find: ofStatements(({ effect, actions: at, resources, conditions }, { kind }) => {
      if (kind === "serviceControl" || kind === "boundary" || kind === "trust") return undefined;
      if (effect !== "Allow" || conditions.length > 0 || at === undefined) return undefined;
      if (resources === undefined || !isEverything(at) || !isEverything(resources))
        return undefined;
      const details =
        "This statement allows all actions on all resources. We recommend that you grant the actions and resources that are needed.";
      return { at, details };
    }),
  },
];

const SERVICE_NAME = /^[A-Za-z0-9.-]+$/;

const isAnyAction = (text: string): boolean => text === "*" || text === "*:*";

/** Whether one of the patterns is `*`. */
const isEverything = ({ except, texts }: Patterns): boolean =>
  !except && texts.some(({ text }) => isAnyAction(text));

/** The service of an action that is written `service:Action`. */
function prefixOf({ text }: LocatedText): string | undefined {
  const [prefix, ...names] = text.split(":");
  return names.length === 1 && !isAnyAction(text) ? prefix : undefined;
}

const isKnown = (prefix: string, { byPrefix }: Services): boolean =>
  byPrefix.has(prefix.toLowerCase());

function matchesAny(name: string, { actions }: Service): boolean {
  const lower = name.toLowerCase();
  if (!/[*?]/.test(lower)) return actions.has(lower);
  for (const known of actions.keys()) if (matchesWildcard(lower, known)) return true;
  return false;
}

/** Actions of that name, whatever their service. */
const actionsNamed = (name: string, services: Services | undefined): readonly string[] =>
  [...(services?.byPrefix.values() ?? [])]
    .flatMap(({ prefix, actions }) => {
      const action = actions.get(name.toLowerCase());
      return action === undefined ? [] : [`${prefix}:${action.Name}`];
    })
    .slice(0, 3);

function unknownService(
  action: LocatedText,
  prefix: string,
  services: Services | undefined,
): Found {
  const known = [...(services?.byPrefix.values() ?? [])].map((service) => service.prefix);
  const nearest = nearestNames(prefix, known);
  const details = `The service ${prefix} specified in the action does not exist here.`;
  const rest = action.text.slice(prefix.length);
  return {
    ...unknownName(action, details, nearest),
    fixes: nearest.flatMap((one) => useInstead(action.node, one + rest)),
  };
}
