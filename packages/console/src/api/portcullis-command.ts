import type { PortcullisClient } from "@portcullis/control-api/portcullis-client";
import type { Command } from "./operation.ts";

type Method = keyof PortcullisClient;

/** A call of the installation's own service, in the form of the SDK's commands. */
export interface PortcullisCommand<M extends Method = Method> extends Command {
  readonly method: M;
  readonly input: NonNullable<Parameters<PortcullisClient[M]>[0]>;
}

/** @param method of the typed client, such as `listDecisions` */
export const portcullisCommand = <M extends Method>(
  method: M,
  input: PortcullisCommand<M>["input"],
): PortcullisCommand<M> => ({
  method,
  input,
  schema: [9, "com.portcullis", method.charAt(0).toUpperCase() + method.slice(1)],
});
