import { cloudtrailOperations } from "@portcullis/iam/operation/cloudtrail";
import { controlHandler } from "./http/control-handler.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

/** CloudTrail, for an installation that is found at the first request. */
export const cloudtrailHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler({ name: "cloudtrail", operations: cloudtrailOperations }, installation);

/** `/cloudtrail`: CloudTrail's LookupEvents. */
export const handler = cloudtrailHandler(() => deployedInstallation());
