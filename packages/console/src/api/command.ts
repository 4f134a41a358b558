import type { IAMClient } from "@aws-sdk/client-iam";
import { iam, organizations, sts } from "./clients.ts";

/** A command of one of the SDK's three clients, such as `new CreateUserCommand({ ... })`. */
export interface Command {
  readonly input: object;
  readonly schema?: unknown;
}

export type Service = "iam" | "sts" | "organizations";

const SENDERS = { iam, sts, organizations };

/**
 * The operation that a command sends: its schema is `[kind, namespace, name, ...]`, which a minifier
 * leaves alone.
 */
export function operationOf({ schema }: Command): { service: Service; name: string } {
  const [, namespace = "", name = ""] = schema as readonly [unknown, string, string];
  return { service: namespace.replace("com.amazonaws.", "") as Service, name };
}

/** Sends a command to its own service. */
export function send(command: Command): Promise<unknown> {
  const sender = SENDERS[operationOf(command).service] as IAMClient["send"];
  return sender(command as Parameters<IAMClient["send"]>[0]);
}
