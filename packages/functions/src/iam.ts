import { iamOperations } from "@portcullis/iam/operation/iam";
import { controlHandler } from "./control-handler.ts";
import { deployedInstallation, type Installation } from "./installation.ts";

export const iamHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler("iam", iamOperations, installation);

/** `/iam`: the IAM query API. */
export const handler = iamHandler(() => deployedInstallation());
