import { stsOperations } from "@portcullis/iam/operation/sts";
import { controlHandler } from "./control-handler.ts";
import { deployedInstallation, type Installation } from "./installation.ts";

export const stsHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler("sts", stsOperations, installation);

/** `/sts`: the STS query API. */
export const handler = stsHandler(() => deployedInstallation());
