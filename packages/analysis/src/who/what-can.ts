import type { Statement } from "@portcullis/policy";
import { bestOf, deciderOf, type Verdict } from "../account/decider.ts";
import { type Entity, readDirectory } from "../account/directory.ts";
import type { AccountModel } from "../account/model.ts";
import { runToEnd } from "../account/progress.ts";
import type { ActionReference } from "../services/reference.ts";
import { arnFormatsOf, type KnownAction } from "../services/services.ts";
import { sampleArn } from "../text/sample-arn.ts";
import type { AccessLevel, ActionAccess, WhatCanAnswer, WhatCanOptions } from "./answer.ts";
import { assumingIn, coversAction } from "./assume.ts";
import { grantsOf } from "./grants.ts";
import { lowerCase } from "./who-can.ts";

/** Resource patterns of one action that are tried. */
const MOST_PATTERNS = 100;

/**
 * What a user or role can do, over the services' actions. Of each action, the policies' resource
 * patterns that one of its resources was allowed for. Undefined: there is no such principal.
 */
export function whatCan(
  model: AccountModel,
  principalArn: string,
  { services, context }: WhatCanOptions,
): WhatCanAnswer | undefined {
  const directory = runToEnd(readDirectory(model));
  const entity = directory.byArn.get(principalArn);
  if (entity === undefined) return undefined;
  const decider = deciderOf(directory, lowerCase(context));
  const actions: ActionAccess[] = [];
  for (const service of services.byPrefix.values()) {
    for (const reference of service.actions.values()) {
      const action = `${service.prefix}:${reference.Name}`;
      const verdicts = new Map<string, Verdict>();
      for (const pattern of patternsFor(entity, action)) {
        const samples = samplesOf(pattern, { service, reference }, directory.account);
        const verdict = bestOf(
          samples.map((resource) => decider.decide(entity, { action, resource })),
        );
        if (verdict !== "denied") verdicts.set(pattern, verdict);
      }
      const resources = [...verdicts.keys()];
      const [first] = resources;
      actions.push({
        action,
        accessLevel: accessLevelOf(reference),
        access: bestOf([...verdicts.values()]),
        resources,
        ...(first === undefined
          ? { grants: [], conditionKeys: [] }
          : grantsOf(
              entity,
              action,
              sampleArn(first, directory.account),
              decider.knownFor(entity),
            )),
      });
    }
  }
  const assuming = assumingIn(directory, decider);
  const roles = directory.entities.flatMap((role) => {
    const access = role.type === "Role" ? assuming.canAssume(entity, role) : "denied";
    return access === "denied" ? [] : [{ role: role.arn, access }];
  });
  return { principal: principalArn, actions, roles };
}

/** Patterns of all allows that an access needs: of the entity's policies, and of its boundary. */
function patternsFor({ policies, boundary = [] }: Entity, action: string): ReadonlySet<string> {
  const patterns = new Set<string>();
  for (const { document } of [...policies, ...boundary]) {
    for (const statement of document.policy?.statements ?? []) {
      for (const pattern of patternsOf(statement, action))
        if (patterns.size < MOST_PATTERNS) patterns.add(pattern);
    }
  }
  return patterns;
}

function patternsOf(
  { effect, action: element, resource }: Statement,
  action: string,
): readonly string[] {
  if (effect !== "Allow" || resource === undefined || !coversAction(element, action)) return [];
  // All but some: most of all there is.
  return resource.match === "only" ? resource.patterns : ["*"];
}

/** Resources of the pattern that the action can be about. */
function samplesOf(pattern: string, action: KnownAction, account: string): readonly string[] {
  if (pattern !== "*") return [sampleArn(pattern, account)];
  const formats = arnFormatsOf(action);
  return formats.length === 0 ? ["*"] : formats.map((format) => sampleArn(format, account));
}

function accessLevelOf({ Annotations }: ActionReference): AccessLevel {
  const properties = Annotations?.Properties;
  if (properties?.IsPermissionManagement === true) return "Permissions management";
  if (properties?.IsTaggingOnly === true) return "Tagging";
  if (properties?.IsWrite === true) return "Write";
  return properties?.IsList === true ? "List" : "Read";
}
