import { activeAccount } from "../session/session.ts";
import { useSession } from "../session/session-store.ts";
import { RouterLink } from "../ui/router-link.tsx";
import { pageOfPrincipal, principalOf } from "./principal.ts";

/** A principal by its name, with a link where it is a user or role of the account. */
export function PrincipalLink({ arn }: { readonly arn: string | undefined }) {
  const session = useSession();
  if (arn === undefined) return <>Nobody</>;
  const principal = principalOf(arn);
  const page = session && pageOfPrincipal(principal, activeAccount(session));
  const kind = principal.kind === "role" ? "Role " : "";
  const name = `${kind}${principal.name}`;
  return (
    <span className="break">
      {page === undefined ? name : <RouterLink to={page}>{name}</RouterLink>}
      {principal.session !== undefined && `, session ${principal.session}`}
    </span>
  );
}
