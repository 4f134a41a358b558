import { organizationsOperations } from "@portcullis/iam/operation/organizations";
import { controlHandler } from "./control-handler.ts";
import { deployedInstallation, type Installation } from "./installation.ts";

export const organizationsHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler("organizations", organizationsOperations, installation);

/** `/organizations`: the Organizations JSON API. */
export const handler = organizationsHandler(() => deployedInstallation());
