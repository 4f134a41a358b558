import { iamOperations } from "@portcullis/iam/operation/iam";
import { controlHandler } from "./http/control-handler.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

/** IAM, for an installation that is found at the first request. */
export const iamHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler({ name: "iam", operations: iamOperations }, installation);

/** `/iam`: the IAM query API. */
export const handler = iamHandler(() => deployedInstallation());
