import { accessAnalyzerOperations } from "@portcullis/iam/operation/access-analyzer";
import { controlHandler } from "./http/control-handler.ts";
import { deployedInstallation, type Installation } from "./installation/installation.ts";

/** Access Analyzer, for an installation that is found at the first request. */
export const accessAnalyzerHandler = (installation: () => Installation | Promise<Installation>) =>
  controlHandler({ name: "access-analyzer", operations: accessAnalyzerOperations }, installation);

/** `/access-analyzer`: the Access Analyzer REST API. */
export const handler = accessAnalyzerHandler(() => deployedInstallation());
