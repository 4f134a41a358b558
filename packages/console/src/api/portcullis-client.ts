import {
  type CallOptions,
  createPortcullisClient,
  type PortcullisClient,
} from "@portcullis/control-api/portcullis-client";
import type { Credentials } from "../session/session.ts";
import { clientOptions } from "./client-options.ts";
import type { PortcullisCommand } from "./portcullis-command.ts";

/** The package's typed client, which takes commands as the SDK's clients do. */
export interface PortcullisSender {
  send<M extends keyof PortcullisClient>(
    command: PortcullisCommand<M>,
    options?: CallOptions,
  ): ReturnType<PortcullisClient[M]>;
}

export function portcullisClient(credentials: Credentials): PortcullisSender {
  const client = createPortcullisClient(clientOptions(credentials, "portcullis"));
  return { send: ({ method, input }, options) => client[method](input as never, options) as never };
}
