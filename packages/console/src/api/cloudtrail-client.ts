import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { Credentials } from "../session/session.ts";
import { clientOptions } from "./client-options.ts";

export const cloudTrailClient = (credentials: Credentials): CloudTrailClient =>
  new CloudTrailClient(clientOptions(credentials, "cloudtrail"));
