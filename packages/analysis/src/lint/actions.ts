import { matchesWildcard } from "@portcullis/policy";
import type { Service, Services } from "../services/services.ts";
import { nearestNames } from "../text/nearest.ts";
import { type CheckRule, ofStatements } from "./check.ts";
import type { Found, LintDocument, LintStatement, LocatedText, Patterns } from "./document.ts";
import { unknownName, useInstead } from "./fix.ts";

const ASSUME_ROLE =
  /^sts:(?:.*[*?].*|assumerole|assumerolewithsaml|assumerolewithwebidentity|tagsession|setsourceidentity|setcontext)$/i;

/** Checks of Action and NotAction. */
export const ACTION_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid action",
    type: "ERROR",
    find: eachAction(function* (action, { services }) {
      const { text } = action;
      if (text === "*" || text === "*:*") return;
      const parts = text.split(":");
      const [prefix = "", name = ""] = parts;
      if (parts.length !== 2) {
        const details =
          parts.length === 1
            ? `The action ${text} has no service. Actions are written service:Action.`
            : `The action ${text} has more than one colon.`;
        const suggestions = parts.length === 1 ? actionsNamed(text, services) : [];
        yield unknownName(action, details, suggestions);
        return;
      }
      const service = services?.byPrefix.get(prefix.toLowerCase());
      if (service === undefined || service.actions.size === 0 || matchesAny(name, service)) return;
      const nearest = nearestNames(
        name,
        [...service.actions.values()].map(({ Name }) => Name),
      );
      const suggestions = nearest.map((one) => `${service.prefix}:${one}`);
      yield unknownName(action, `The action ${text} does not exist.`, suggestions);
    }),
  },
  {
    title: "Invalid service in action",
    type: "ERROR",
    find: eachAction(function* (action, { services }) {
      const [prefix = "", ...rest] = action.text.split(":");
      if (rest.length !== 1 || action.text === "*:*") return;
      const malformed = !/^[A-Za-z0-9.-]+$/.test(prefix);
      if (
        !malformed &&
        (services?.complete !== true || services.byPrefix.has(prefix.toLowerCase()))
      )
        return;
      yield* unknownService(action, prefix, services);
    }),
  },
  {
    title: "Unknown service in action",
    type: "WARNING",
    page: "reference_policies_elements_action",
    find: eachAction(function* (action, { services }) {
      const [prefix = "", ...rest] = action.text.split(":");
      if (services === undefined || services.complete || rest.length !== 1 || action.text === "*:*")
        return;
      if (!/^[A-Za-z0-9.-]+$/.test(prefix) || services.byPrefix.has(prefix.toLowerCase())) return;
      // One finding a service, not one an action.
      yield* unknownService(action, prefix, services);
    }, true),
  },
  {
    title: "Variable unsupported in element",
    type: "ERROR",
    find: eachAction(function* (action) {
      if (!action.text.includes("${")) return;
      yield {
        at: action,
        details:
          "Policy variables are supported in the Resource and Condition elements. Remove the policy variable from this element.",
      };
    }),
  },
  {
    title: "Unsupported action in policy",
    type: "ERROR",
    find: eachAction(function* (action, { kind }) {
      if (kind !== "trust" || ASSUME_ROLE.test(action.text)) return;
      const details = `The action ${action.text} is not supported in a role trust policy, which may only specify STS AssumeRole actions.`;
      yield { at: action, details };
    }),
  },
  {
    title: "Allow with not action",
    type: "SECURITY_WARNING",
    page: "reference_policies_elements_notaction",
    find: ofStatements(function* ({ effect, actions, resources, conditions }, { kind }) {
      if (effect !== "Allow" || actions?.except !== true || conditions.length > 0) return;
      // Service control policies grant nothing.
      if (
        kind === "serviceControl" ||
        kind === "boundary" ||
        (resources !== undefined && !isEverything(resources))
      )
        return;
      yield {
        at: actions,
        details:
          "Using Allow with NotAction can be overly permissive: it grants all other actions of all services, those that are added later, too. We recommend that you list actions in Action instead.",
      };
    }),
  },
  {
    title: "Allow all actions on all resources",
    type: "SECURITY_WARNING",
    page: "best-practices",
    find: ofStatements(function* ({ effect, actions, resources, conditions }, { kind }) {
      if (
        effect !== "Allow" ||
        kind === "serviceControl" ||
        kind === "boundary" ||
        kind === "trust"
      )
        return;
      if (actions === undefined || resources === undefined || conditions.length > 0) return;
      if (!isEverything(actions) || !isEverything(resources)) return;
      yield {
        at: actions,
        details:
          "This statement allows all actions on all resources. We recommend that you grant the actions and resources that are needed.",
      };
    }),
  },
];

/** Whether one of the patterns is `*`. */
function isEverything({ except, texts }: Patterns): boolean {
  return !except && texts.some(({ text }) => text === "*" || text === "*:*");
}

function eachAction(
  find: (action: LocatedText, document: LintDocument, statement: LintStatement) => Iterable<Found>,
  oncePerService = false,
): CheckRule["find"] {
  return function* (document) {
    const seen = new Set<string>();
    for (const statement of document.statements) {
      for (const action of statement.actions?.texts ?? []) {
        const service = action.text.split(":")[0]!.toLowerCase();
        if (oncePerService && seen.has(service)) continue;
        seen.add(service);
        yield* find(action, document, statement);
      }
    }
  };
}

function matchesAny(name: string, { actions }: Service): boolean {
  const lower = name.toLowerCase();
  if (!/[*?]/.test(lower)) return actions.has(lower);
  if (lower === "*") return true;
  for (const known of actions.keys()) if (matchesWildcard(lower, known)) return true;
  return false;
}

/** Actions of that name, whatever their service. */
function actionsNamed(name: string, services: Services | undefined): readonly string[] {
  const found: string[] = [];
  for (const service of services?.byPrefix.values() ?? []) {
    const action = service.actions.get(name.toLowerCase());
    if (action !== undefined && found.length < 3) found.push(`${service.prefix}:${action.Name}`);
  }
  return found;
}

function* unknownService(
  action: LocatedText,
  prefix: string,
  services: Services | undefined,
): Generator<Found> {
  const known = [...(services?.byPrefix.values() ?? [])].map((service) => service.prefix);
  const nearest = nearestNames(prefix, known);
  const details = `The service ${prefix} specified in the action does not exist here.`;
  const rest = action.text.slice(prefix.length);
  yield {
    ...unknownName(action, details, nearest),
    fixes: nearest.flatMap((one) => useInstead(action.node, one + rest)),
  };
}
