import type { OperationTable } from "@portcullis/iam/operation";
import type { ServiceName } from "@portcullis/protocol";

/** A service that the control API serves: its wire protocol by name, and its operations. */
export interface ControlService {
  readonly name: ServiceName;
  readonly operations: OperationTable;
}
