import { STSClient } from "@aws-sdk/client-sts";
import type { Credentials } from "../session/session.ts";
import { clientOptions } from "./client-options.ts";

export const stsClient = (credentials: Credentials): STSClient =>
  new STSClient(clientOptions(credentials, "sts"));
