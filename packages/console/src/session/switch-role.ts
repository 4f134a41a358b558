import { rememberRole } from "./recent-roles.ts";
import type { Session, SwitchedRole } from "./session.ts";
import { currentSession, setSession } from "./session-store.ts";

/** A role to switch to, as a link to `/console/switch-role` names it. */
export type RoleChoice = Omit<SwitchedRole, "credentials">;

/** The five colours that AWS's console offers, by the names that a person reads. */
export const ROLE_COLORS = {
  F2B0A9: "Red",
  FBBF93: "Orange",
  FAD791: "Yellow",
  B7CA9D: "Green",
  "99BCE3": "Blue",
} as const;

const DEFAULT_COLOR = "99BCE3";

/** What a link says of a role. A colour that is none becomes the default one. */
export function roleChoiceOf(params: URLSearchParams): RoleChoice {
  const account = params.get("account") ?? "";
  const roleName = params.get("roleName") ?? "";
  const color = (params.get("color") ?? "").replace(/^#/, "").toUpperCase();
  return {
    account,
    roleName,
    displayName: params.get("displayName") ?? "",
    color: /^[0-9A-F]{6}$/.test(color) ? color : DEFAULT_COLOR,
  };
}

/** The query of a link to the role. */
const queryOf = (choice: RoleChoice): string => new URLSearchParams({ ...choice }).toString();

/** The name that the bar and the menu show. */
export const shownName = ({ displayName, roleName, account }: RoleChoice): string =>
  displayName || `${roleName} @ ${account}`;

/** Switches the whole tab to a role. @throws what STS answers */
export async function switchRole(choice: RoleChoice): Promise<void> {
  const session = currentSession();
  if (session === undefined) return;
  const role = await assumedRole(session, { ...choice, displayName: shownName(choice) });
  rememberRole({ displayName: role.displayName, query: queryOf(role) });
  setSession({ ...session, role });
}

export function switchBack(): void {
  const session = currentSession();
  if (session !== undefined) setSession({ ...session, role: undefined });
}

/** The role with new credentials, by those of the person's own session. */
export async function assumedRole(
  { identity, credentials }: Session,
  { account, roleName, displayName, color }: RoleChoice,
): Promise<SwitchedRole> {
  const { assumeRole } = await import("../api/assume-role.ts");
  const arn = `arn:aws:iam::${account}:role/${roleName}`;
  const assumed = await assumeRole(credentials, arn, identity.name.slice(0, 64));
  return { account, roleName, displayName, color, credentials: assumed };
}
