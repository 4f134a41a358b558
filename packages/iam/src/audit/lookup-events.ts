import type {
  Event,
  LookupEventsCommandInput,
  LookupEventsCommandOutput,
} from "@aws-sdk/client-cloudtrail";
import { DAY_MILLISECONDS } from "../day.ts";
import { ApiError } from "../error.ts";
import type { Answer } from "../model/operation.ts";
import {
  AUDIT_DAYS,
  type AuditEvent,
  type AuditRecord,
  auditKey,
  auditPartitions,
} from "../record/audit-event.ts";
import { type NewestFirst, newestFirst } from "../storage/newest-first.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";
import { openEvent } from "./audit-text.ts";
import {
  cloudTrailRecord,
  type EventResource,
  eventSource,
  resourcesOf,
  userNameOf,
} from "./cloudtrail-record.ts";

/** The events of an account, newest first. @throws {ApiError} CloudTrail's */
export async function lookupEvents(
  {
    unit,
    account,
    now,
  }: { readonly unit: UnitOfWork; readonly account: string; readonly now: Date },
  input: LookupEventsCommandInput,
): Promise<Answer<LookupEventsCommandOutput>> {
  const { MaxResults = 50, LookupAttributes = [], StartTime, EndTime, EventCategory } = input;
  if (EventCategory !== undefined)
    throw new ApiError("InvalidEventCategoryException", "Only management events are recorded.");
  if (MaxResults < 1 || MaxResults > 50)
    throw new ApiError("InvalidMaxResultsException", "MaxResults must be between 1 and 50.");
  const [attribute, ...others] = LookupAttributes;
  const name = attribute?.AttributeKey ?? "";
  const wanted = Object.hasOwn(MATCHERS, name) ? MATCHERS[name] : undefined;
  const isKnown = attribute === undefined || name === "EventId" || wanted !== undefined;
  if (others.length > 0 || !isKnown)
    throw new ApiError(
      "InvalidLookupAttributesException",
      "Lookup attributes must be one of the attributes that LookupEvents takes.",
    );
  if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime)
    throw new ApiError("InvalidTimeRangeException", "The start time is after the end time.");
  const value = attribute?.AttributeValue ?? "";
  const from = Math.max(StartTime?.getTime() ?? 0, now.getTime() - AUDIT_DAYS * DAY_MILLISECONDS);
  const to = Math.min(EndTime?.getTime() ?? Infinity, now.getTime() + 60_000);
  if (attribute?.AttributeKey === "EventId") {
    const key = auditKey(account, value);
    const record = key && (await unit.get(key));
    const event = record && openEvent(value, record);
    const time = event ? Date.parse(event.time) : 0;
    return { Events: event && time >= from - 999 && time <= to ? [eventOf(event, account)] : [] };
  }
  const list: NewestFirst<AuditRecord, AuditEvent> = {
    account,
    partitions: auditPartitions(from, to),
    from,
    to,
    limit: MaxResults,
    token: input.NextToken,
    badToken: () => new ApiError("InvalidNextTokenException", "The next token is invalid."),
    select: ({ key, data }) => {
      const event = openEvent(key.sort, data);
      return wanted === undefined || wanted(event, value) ? event : undefined;
    },
  };
  const { items, token } = await newestFirst(unit, list);
  return {
    Events: items.map((event) => eventOf(event, account)),
    ...(token === undefined ? {} : { NextToken: token }),
  };
}

/** By the key of a lookup attribute. */
const MATCHERS: Readonly<Record<string, (event: AuditEvent, value: string) => boolean>> = {
  EventName: ({ name }, value) => name === value,
  ReadOnly: ({ readOnly }, value) => String(readOnly === true) === value,
  Username: ({ identity }, value) => userNameOf(identity) === value,
  ResourceType: (event, value) => resourcesOf(event).some(({ type }) => type === value),
  ResourceName: (event, value) => resourcesOf(event).some(({ name }) => name === value),
  EventSource: (event, value) => eventSource(event) === value,
  AccessKeyId: ({ identity }, value) => identity.accessKeyId === value,
};

function eventOf(event: AuditEvent, account: string): Event {
  const { id, name, time, readOnly, identity } = event;
  const resource = ({ type, name: of }: EventResource) => ({
    ResourceType: type,
    ResourceName: of,
  });
  return {
    EventId: id,
    EventName: name,
    ReadOnly: String(readOnly === true),
    AccessKeyId: identity.accessKeyId,
    EventTime: new Date(time),
    EventSource: eventSource(event),
    Username: userNameOf(identity),
    Resources: resourcesOf(event).map(resource),
    CloudTrailEvent: JSON.stringify(cloudTrailRecord(event, account)),
  };
}
