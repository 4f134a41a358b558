import type { IAMClient } from "@aws-sdk/client-iam";
import { cloudTrail, iam, organizations, portcullis, sts } from "./clients.ts";
import { type Command, operationOf } from "./operation.ts";

const SENDERS = { iam, sts, organizations, cloudtrail: cloudTrail, portcullis };

/** Sends a command to its own service. */
export function send(command: Command): Promise<unknown> {
  const sender = SENDERS[operationOf(command).service] as IAMClient["send"];
  return sender(command as Parameters<IAMClient["send"]>[0]);
}
