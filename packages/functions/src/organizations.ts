import { organizationsOperations } from "@portcullis/iam/operation/organizations";
import { controlHandler } from "./http/control-handler.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

/** Organizations, for an installation that is found at the first request. */
export const organizationsHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler({ name: "organizations", operations: organizationsOperations }, installation);

/** `/organizations`: the Organizations JSON API. */
export const handler = organizationsHandler(() => deployedInstallation());
