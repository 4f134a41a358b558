import type {
  LookupEventsCommandInput,
  LookupEventsCommandOutput,
} from "@aws-sdk/client-cloudtrail";
import { lookupEvents } from "../../audit/lookup-events.ts";
import { type OperationTable, operation } from "../../model/operation.ts";

/** The CloudTrail operations that are offered. */
export const cloudtrailOperations: OperationTable = {
  LookupEvents: operation<LookupEventsCommandInput, LookupEventsCommandOutput>({
    action: "cloudtrail:LookupEvents",
    target: () => ({ arn: "*" }),
    run: lookupEvents,
  }),
};
