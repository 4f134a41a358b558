import { stsOperations } from "@portcullis/iam/operation/sts";
import { controlHandler } from "./http/control-handler.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

/** STS, for an installation that is found at the first request. */
export const stsHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler({ name: "sts", operations: stsOperations }, installation);

/** `/sts`: the STS query API. */
export const handler = stsHandler(() => deployedInstallation());
