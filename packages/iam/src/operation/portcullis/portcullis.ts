import type { OperationTable } from "../../model/operation.ts";
import { accessReportOperations } from "./access-report.ts";
import { archivedFindingOperations } from "./archived-finding.ts";
import { decisionOperations } from "./decision.ts";
import { loginOperations } from "./login.ts";
import { serviceReferenceOperations } from "./service-reference.ts";
import { traceOperations } from "./trace.ts";

/** The operations of the installation's own service, `portcullis`. */
export const portcullisOperations: OperationTable = {
  ...archivedFindingOperations,
  ...decisionOperations,
  ...traceOperations,
  ...accessReportOperations,
  ...serviceReferenceOperations,
  ...loginOperations,
};
