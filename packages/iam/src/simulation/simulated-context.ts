import type { ContextEntry } from "@aws-sdk/client-iam";
import type { ContextValue, RequestContext } from "@portcullis/policy";
import { ApiError } from "../error.ts";
import { type SimulatedEntity, UNKNOWN_USER_ID } from "./simulated-entity.ts";

/**
 * The request context of a simulation: keys of the simulated caller and the time, overridden by
 * `ContextEntries`. Every other key is missing, and is reported as missing.
 */
export function simulatedContext(
  entries: readonly ContextEntry[] | undefined,
  caller: SimulatedEntity | undefined,
  now: Date,
): RequestContext {
  const values = new Map<string, ContextValue>([
    ["aws:currenttime", now.toISOString()],
    ["aws:epochtime", String(Math.floor(now.getTime() / 1000))],
    ...(caller === undefined ? [] : callerKeys(caller)),
  ]);
  for (const entry of entries ?? [])
    values.set((entry.ContextKeyName ?? "").toLowerCase(), contextValue(entry));
  return values;
}

function* callerKeys({ principal, tags, userName }: SimulatedEntity): Iterable<[string, string]> {
  if ("account" in principal) yield ["aws:principalaccount", principal.account];
  if (principal.type === "User" || principal.type === "AssumedRole") {
    yield [
      "aws:principalarn",
      principal.type === "AssumedRole" ? principal.roleArn : principal.arn,
    ];
    yield ["aws:principaltype", principal.type];
    if (principal.userId !== UNKNOWN_USER_ID) yield ["aws:userid", principal.userId];
  }
  if (userName !== undefined) yield ["aws:username", userName];
  for (const { key, value } of tags) yield [`aws:principaltag/${key.toLowerCase()}`, value];
}

function contextValue({
  ContextKeyName,
  ContextKeyType,
  ContextKeyValues = [],
}: ContextEntry): ContextValue {
  if (ContextKeyType?.endsWith("List")) return ContextKeyValues;
  const [value, ...more] = ContextKeyValues;
  if (value === undefined || more.length > 0) {
    throw new ApiError(
      "InvalidInput",
      `Context key ${ContextKeyName} of type ${ContextKeyType} takes one value.`,
    );
  }
  return value;
}
