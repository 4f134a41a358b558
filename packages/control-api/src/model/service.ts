import type { OperationTable } from "@portcullis/iam/operation";
import type { ServiceName } from "@portcullis/protocol";

/** A service that the control API serves: its wire protocol by name, and its operations. */
export interface ControlService {
  readonly name: ServiceName;
  readonly operations: OperationTable;
  /**
   * Services whose credential scope is accepted.
   * @default `iam`, `sts`, `organizations` and the service itself
   */
  readonly signingNames?: readonly string[];
}

const SIGNING_NAMES = ["iam", "sts", "organizations"];

/** Clients that know one endpoint for all services sign for any of them. */
export const signingNamesOf = ({ name, signingNames }: ControlService): readonly string[] =>
  signingNames ?? [...new Set([...SIGNING_NAMES, name])];
