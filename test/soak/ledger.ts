import { grouped } from "../../packages/analysis/src/collection/grouped.ts";
/** What an account's calls were answered: the table is held against it at the end. */
export interface Ledger {
  /** Users by name. `unknown`: the answer to a change of it was lost. */
  readonly users: Map<string, "there" | "gone" | "unknown">;
  /** The event that each acknowledged change must have, by request id. */
  readonly changes: Map<string, string>;
}

/** An event of the audit trail. */
export interface AuditedEvent {
  readonly name: string;
  readonly requestId: string;
  /** Of the request. */
  readonly userName?: string | undefined;
}

export const newLedger = (): Ledger => ({ users: new Map(), changes: new Map() });

/** Users that are lost, or there although their deletion was acknowledged. */
export function lostWrites({ users }: Ledger, listed: ReadonlySet<string>): readonly string[] {
  return [...users].flatMap(([name, state]) => {
    if (state === "there" && !listed.has(name)) return [`${name} was created and is lost`];
    if (state === "gone" && listed.has(name)) return [`${name} was deleted and is there`];
    return [];
  });
}

/**
 * What the audit trail lacks or has too much: every acknowledged change has one event, and the
 * events of users account for the users that are there.
 */
export function auditFaults(
  { changes }: Ledger,
  events: readonly AuditedEvent[],
  listed: ReadonlySet<string>,
): readonly string[] {
  const byRequest = grouped(events, ({ requestId }) => requestId);
  const faults: string[] = [];
  for (const [requestId, name] of changes) {
    const found = byRequest.get(requestId) ?? [];
    if (found.length !== 1 || found[0]?.name !== name)
      faults.push(
        `the audit trail has ${found.length} events of ${name} ${requestId}: ${found.map((one) => one.name).join()}`,
      );
  }
  const named = (name: string) =>
    new Set(events.flatMap((event) => (event.name === name ? [event.userName] : [])));
  const created = named("CreateUser");
  const deleted = named("DeleteUser");
  for (const name of listed)
    if (!created.has(name) || deleted.has(name))
      faults.push(`${name} is there, and not so by the audit trail`);
  for (const name of created)
    if (name !== undefined && !deleted.has(name) && !listed.has(name))
      faults.push(`${name} is there by the audit trail only`);
  return faults;
}
