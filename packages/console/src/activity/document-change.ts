import { GetPolicyVersionCommand } from "@aws-sdk/client-iam";
import type { PolicyKind } from "@portcullis/policy";
import { iam } from "../api/clients.ts";
import { describeFailure } from "../api/errors.ts";
import { decodeDocument } from "../documents/document.ts";
import { type AuditEvent, membersOf, textOf } from "./audit-event.ts";
import { loadEvents } from "./load-events.ts";

/** A document before and after an event. */
export interface DocumentChange {
  readonly kind: PolicyKind;
  /** Empty: there was none. Undefined: it is not known any more. */
  readonly before: string | undefined;
  /** Empty: it was deleted. */
  readonly after: string | undefined;
}

/** Undefined: the event changes no policy's document. */
export async function documentChange(
  event: AuditEvent,
  abortSignal: AbortSignal,
): Promise<DocumentChange | undefined> {
  const subject = event.errorCode === undefined ? subjectOf(event) : undefined;
  if (subject === undefined) return undefined;
  const [after, before] = await Promise.all([
    resolved(subject.stateAfter(event)),
    subject.isFirst(event) ? "" : formerDocument(subject, event, abortSignal),
  ]);
  return { kind: subject.kind, before, after };
}

/** A document as an event has it, or where else it is. Undefined: the event does not tell. */
type State =
  | { readonly text: string }
  | { readonly arn: string; readonly version: string }
  | undefined;

/** A policy whose document events change. */
interface Subject {
  readonly kind: PolicyKind;
  /** By which LookupEvents finds its events. */
  readonly name: string;
  /** Whether an event is of the same policy, and changes which document it has. */
  readonly isOf: (event: AuditEvent) => boolean;
  /** Whether there is no document before the event. */
  readonly isFirst: (event: AuditEvent) => boolean;
  readonly stateAfter: (event: AuditEvent) => State;
}

const INLINE = /^(Put|Delete)(User|Group|Role)Policy$/;
const MANAGED: ReadonlySet<string> = new Set([
  "CreatePolicy",
  "CreatePolicyVersion",
  "SetDefaultPolicyVersion",
]);
const TRUST: ReadonlySet<string> = new Set(["CreateRole", "UpdateAssumeRolePolicy"]);

function subjectOf({ name, service, parameters, response }: AuditEvent): Subject | undefined {
  if (service !== "iam") return undefined;
  const [, , holder] = INLINE.exec(name) ?? [];
  if (holder !== undefined)
    return inlineSubject(
      holder,
      textOf(parameters[`${holder.toLowerCase()}Name`]) ?? "",
      textOf(parameters.policyName) ?? "",
    );
  if (MANAGED.has(name)) {
    const made = textOf(membersOf(response.policy).arn);
    return managedSubject(textOf(parameters.policyArn) ?? made ?? "");
  }
  return TRUST.has(name) ? trustSubject(textOf(parameters.roleName) ?? "") : undefined;
}

function inlineSubject(holder: string, name: string, policy: string): Subject {
  const member = `${holder.toLowerCase()}Name`;
  return {
    kind: "identity",
    name,
    isOf: ({ name: event, parameters }) =>
      INLINE.exec(event)?.[2] === holder &&
      textOf(parameters[member]) === name &&
      textOf(parameters.policyName) === policy,
    isFirst: () => false,
    stateAfter: ({ name: event, parameters }) =>
      event.startsWith("Delete") ? { text: "" } : textState(parameters.policyDocument),
  };
}

function managedSubject(arn: string): Subject {
  return {
    kind: "managed",
    name: arn,
    isOf: ({ name, parameters, response }) =>
      MANAGED.has(name) &&
      (textOf(parameters.policyArn) ?? textOf(membersOf(response.policy).arn)) === arn &&
      (name !== "CreatePolicyVersion" || parameters.setAsDefault === true),
    isFirst: ({ name }) => name === "CreatePolicy",
    stateAfter: ({ parameters, response }) => {
      const made = textOf(membersOf(response.policyVersion).versionId);
      const version = textOf(parameters.versionId) ?? made ?? "v1";
      return textState(parameters.policyDocument) ?? { arn, version };
    },
  };
}

const trustSubject = (role: string): Subject => ({
  kind: "trust",
  name: role,
  isOf: ({ name, parameters }) => TRUST.has(name) && textOf(parameters.roleName) === role,
  isFirst: ({ name }) => name === "CreateRole",
  stateAfter: ({ parameters }) =>
    textState(parameters.policyDocument ?? parameters.assumeRolePolicyDocument),
});

/** A large document is not in its event: its length and hash are in its place. */
function textState(value: unknown): State {
  const text = textOf(value);
  return text === undefined || text.startsWith("(omitted") ? undefined : { text };
}

async function resolved(state: State): Promise<string | undefined> {
  if (state === undefined || "text" in state) return state?.text;
  try {
    const command = new GetPolicyVersionCommand({ PolicyArn: state.arn, VersionId: state.version });
    const { PolicyVersion } = await iam(command);
    return decodeDocument(PolicyVersion?.Document);
  } catch (error) {
    // The version may be deleted by now, or not for this person to read.
    if (["missing", "denied"].includes(describeFailure(error).kind)) return undefined;
    throw error;
  }
}

const PAGES_AT_MOST = 4;

/**
 * The document that was in force before an event. Events tell only the new one: it is that of the
 * last event of the same policy before.
 */
async function formerDocument(
  subject: Subject,
  { id, time }: AuditEvent,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  let marker: string | undefined;
  for (let page = 0; page < PAGES_AT_MOST; page++) {
    const answer = await loadEvents(
      {
        attribute: { key: "ResourceName", value: subject.name },
        // To the second, as events have it: an id tells the rest.
        period: { EndTime: new Date(time.getTime() + 999) },
        keeps: (event) => event.id < id && event.errorCode === undefined && subject.isOf(event),
      },
      marker,
      abortSignal,
    );
    const [former] = answer.items;
    if (former !== undefined) return resolved(subject.stateAfter(former));
    marker = answer.marker;
    if (marker === undefined) break;
  }
  return undefined;
}
