import type { Credentials } from "../session/session.ts";
import { controlApi } from "./control-api.ts";

/** @param service the path of the control API that serves it */
export const clientOptions = (
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  service: "iam" | "sts" | "organizations" | "cloudtrail" | "portcullis",
) => ({
  endpoint: `${controlApi()}/${service}`,
  // The control API takes any region.
  region: "us-east-1",
  credentials: { accessKeyId, secretAccessKey, sessionToken },
});
