/** A command of one of the clients, such as `new CreateUserCommand({ ... })`. */
export interface Command {
  readonly input: object;
  readonly schema?: unknown;
}

export type Service = "iam" | "sts" | "organizations" | "cloudtrail" | "portcullis";

/**
 * The operation that a command sends: its schema is `[kind, namespace, name, ...]`, which a
 * minifier leaves alone.
 */
export function operationOf({ schema }: Command): { service: Service; name: string } {
  const [, namespace = "", name = ""] = schema as readonly [unknown, string, string];
  return { service: namespace.replace(/^com\.(?:amazonaws\.)?/, "") as Service, name };
}
