import { CloudTrailClient, paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import { IAMClient, paginateListUsers } from "@aws-sdk/client-iam";
import type { TestCredentials } from "../support/harness.ts";
import { type AuditedEvent, auditFaults, type Ledger, lostWrites } from "./ledger.ts";

/** Holds what an account has in the end against what its calls were answered. */
export async function checkAccount(
  controlUrl: string,
  credentials: TestCredentials,
  ledger: Ledger,
): Promise<{ readonly violations: readonly string[]; readonly events: number }> {
  const options = { endpoint: controlUrl, region: "us-east-1", credentials, maxAttempts: 10 };
  const iam = new IAMClient(options);
  const cloudtrail = new CloudTrailClient(options);
  try {
    const listed = new Set<string>();
    for await (const { Users = [] } of paginateListUsers({ client: iam }, { MaxItems: 1000 }))
      for (const { UserName = "" } of Users) listed.add(UserName);
    const events: AuditedEvent[] = [];
    const trail = paginateLookupEvents(
      { client: cloudtrail },
      { LookupAttributes: [{ AttributeKey: "EventSource", AttributeValue: "iam.amazonaws.com" }] },
    );
    for await (const { Events = [] } of trail)
      for (const { CloudTrailEvent = "{}" } of Events) events.push(auditedEvent(CloudTrailEvent));
    return {
      violations: [...lostWrites(ledger, listed), ...auditFaults(ledger, events, listed)],
      events: events.length,
    };
  } finally {
    iam.destroy();
    cloudtrail.destroy();
  }
}

function auditedEvent(text: string): AuditedEvent {
  const { eventName, requestID, requestParameters } = JSON.parse(text);
  return { name: eventName, requestId: requestID, userName: requestParameters?.userName };
}
