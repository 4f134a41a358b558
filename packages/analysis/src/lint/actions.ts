import { matchesWildcard } from "@portcullis/policy";
import type { Service, Services } from "../services/services.ts";
import { nearestNames } from "../text/nearest.ts";
import { type Check, ofStatements } from "./check.ts";
import type { Found, LintDocument, LintStatement, LocatedText, Patterns } from "./document.ts";
import { replaceText } from "./fix.ts";

const ASSUME_ROLE =
  /^sts:(?:.*[*?].*|assumerole|assumerolewithsaml|assumerolewithwebidentity|tagsession|setsourceidentity|setcontext)$/i;

/** Checks of Action and NotAction. */
export const ACTION_CHECKS: readonly Check[] = [
  {
    code: "INVALID_ACTION",
    type: "ERROR",
    find: eachAction(function* (action, { services }) {
      const { text, node } = action;
      if (text === "*" || text === "*:*") return;
      const parts = text.split(":");
      const [prefix = "", name = ""] = parts;
      if (parts.length !== 2) {
        const details =
          parts.length === 1
            ? `The action ${text} has no service. Actions are written service:Action.`
            : `The action ${text} has more than one colon.`;
        const suggestions = parts.length === 1 ? actionsNamed(text, services) : [];
        yield {
          at: action,
          details: withSuggestions(details, suggestions),
          fixes: suggestions.map((one) => replaceText(`Use "${one}"`, node, one)),
        };
        return;
      }
      const service = services?.byPrefix.get(prefix.toLowerCase());
      if (service === undefined || service.actions.size === 0 || matchesAny(name, service)) return;
      const nearest = nearestNames(
        name,
        [...service.actions.values()].map(({ Name }) => Name),
      );
      const suggestions = nearest.map((one) => `${service.prefix}:${one}`);
      yield {
        at: action,
        details: withSuggestions(`The action ${text} does not exist.`, suggestions),
        fixes: suggestions.map((one) => replaceText(`Use "${one}"`, node, one)),
      };
    }),
  },
  {
    code: "INVALID_SERVICE_IN_ACTION",
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
    code: "UNKNOWN_SERVICE_IN_ACTION",
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
    code: "VARIABLE_UNSUPPORTED_IN_ELEMENT",
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
    code: "UNSUPPORTED_ACTION_IN_POLICY",
    type: "ERROR",
    find: eachAction(function* (action, { kind }) {
      if (kind !== "trust" || ASSUME_ROLE.test(action.text)) return;
      const details = `The action ${action.text} is not supported in a role trust policy, which may only specify STS AssumeRole actions.`;
      yield { at: action, details };
    }),
  },
  {
    code: "ALLOW_WITH_NOT_ACTION",
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
    code: "ALLOW_ALL_ACTIONS_ON_ALL_RESOURCES",
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
): Check["find"] {
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
  const suggestions = nearest.map((one) => one + action.text.slice(prefix.length));
  yield {
    at: action,
    details: withSuggestions(
      `The service ${prefix} specified in the action does not exist here.`,
      nearest,
    ),
    fixes: suggestions.map((one) => replaceText(`Use "${one}"`, action.node, one)),
  };
}

function withSuggestions(details: string, suggestions: readonly string[]): string {
  return suggestions.length === 0
    ? details
    : `${details} Did you mean ${suggestions.join(" or ")}?`;
}
