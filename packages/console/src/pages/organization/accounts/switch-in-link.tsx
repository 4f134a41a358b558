import { RouterLink } from "../../../ui/router-link.tsx";

/** The role that CreateAccount makes in each new account. */
export const DEFAULT_ACCESS_ROLE = "OrganizationAccountAccessRole";

/** To the page that switches to a role, filled in. Another role's name can be typed there. */
export function SwitchInLink({
  id,
  name,
  roleName = DEFAULT_ACCESS_ROLE,
}: {
  readonly id: string;
  readonly name: string;
  readonly roleName?: string;
}) {
  const query = new URLSearchParams({ account: id, roleName, displayName: name.slice(0, 64) });
  return <RouterLink to={`/switch-role?${query}`}>Switch into this account</RouterLink>;
}
