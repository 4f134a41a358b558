import { portcullisOperations } from "@portcullis/iam/operation/portcullis";
import { controlHandler } from "./http/control-handler.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

/** The service `portcullis`, for an installation that is found at the first request. */
export const portcullisHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler({ name: "portcullis", operations: portcullisOperations }, installation);

/** `/portcullis`: decision records and traces. */
export const handler = portcullisHandler(() => deployedInstallation());
