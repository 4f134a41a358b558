import type {
  AccessReportInput,
  AccessReportOutput,
} from "@portcullis/control-api/portcullis-client";
import { portcullis } from "../api/clients.ts";
import { portcullisCommand } from "../api/portcullis-command.ts";

export type AccessEntry = AccessReportOutput["Entries"][number];

/** What principals used in a period, or would have been denied. */
export const accessReport = (
  input: AccessReportInput,
  abortSignal: AbortSignal,
): Promise<AccessReportOutput> =>
  portcullis(portcullisCommand("getAccessReport", input), { abortSignal });
