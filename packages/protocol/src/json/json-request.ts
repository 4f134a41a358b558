import { MAX_JSON_BYTES, textOf } from "../message/body.ts";
import { Malformed } from "../message/malformed.ts";
import type { Input, WireRequest } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import { parseObject, readJsonMembers } from "./read-value.ts";

/**
 * The operation and input of a request in AWS's JSON 1.1 protocol
 * (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
 * @throws {Malformed}
 */
export function readJsonRequest(
  service: Service,
  targets: readonly string[],
  request: WireRequest,
): { operation: Operation; input: Input } {
  const operation = operationOf(service, targets, request.target ?? "");
  const body = parseObject(textOf(request.body, MAX_JSON_BYTES));
  const { input } = operation;
  if (input === undefined) return { operation, input: {} };
  return { operation, input: readJsonMembers(input, body, operation.ignoresUnknown) };
}

// The operation's name follows the last period: a target may contain periods itself.
function operationOf(service: Service, targets: readonly string[], target: string): Operation {
  const period = target.lastIndexOf(".");
  const operation = targets.includes(target.slice(0, Math.max(period, 0)))
    ? service.operations.get(target.slice(period + 1))
    : undefined;
  if (operation === undefined) throw new Malformed("UnknownOperationException", "");
  return operation;
}
