import { type LookupAttributeKey, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { cloudTrail } from "../api/clients.ts";
import type { PeriodInput } from "../list/period.ts";
import type { ListPage } from "../list/use-listing.ts";
import { type AuditEvent, auditEventOf } from "./audit-event.ts";

/** What is looked for. LookupEvents takes one attribute; the browser filters by the rest. */
export interface EventQuery {
  readonly attribute?: { readonly key: LookupAttributeKey; readonly value: string } | undefined;
  readonly period?: PeriodInput;
  readonly keeps?: (event: AuditEvent) => boolean;
}

/** The most that LookupEvents answers. */
export const EVENTS_A_PAGE = 50;
/** A page may be empty and have a next one: so many are asked for before the person is. */
const CALLS_AT_MOST = 5;

/** Events newest first, as many as one page has. Empty with a marker: there may be more. */
export async function loadEvents(
  { attribute, period, keeps = () => true }: EventQuery,
  marker: string | undefined,
  abortSignal: AbortSignal,
): Promise<ListPage<AuditEvent>> {
  let NextToken = marker;
  for (let call = 1; ; call++) {
    const command = new LookupEventsCommand({
      MaxResults: EVENTS_A_PAGE,
      NextToken,
      ...period,
      ...(attribute && {
        LookupAttributes: [{ AttributeKey: attribute.key, AttributeValue: attribute.value }],
      }),
    });
    const answer = await cloudTrail(command, { abortSignal });
    ({ NextToken } = answer);
    const items = (answer.Events ?? []).map(auditEventOf).filter(keeps);
    if (items.length > 0 || NextToken === undefined || call === CALLS_AT_MOST)
      return { items, marker: NextToken };
  }
}

/** One event; undefined where there is none of this id, or none any more. */
export async function loadEvent(
  id: string,
  abortSignal: AbortSignal,
): Promise<AuditEvent | undefined> {
  const attribute = { key: "EventId", value: id } as const;
  return (await loadEvents({ attribute }, undefined, abortSignal)).items[0];
}
