import { ListUsersCommand, type User } from "@aws-sdk/client-iam";
import { iam } from "../../api/clients.ts";
import { PagedTable } from "../../list/paged-table.tsx";
import { PAGE_ITEMS, useListing } from "../../list/use-listing.ts";
import { Page } from "../../ui/page.tsx";

export default function UsersPage() {
  const listing = useListing<User>(async (Marker, abortSignal) => {
    const answer = await iam(new ListUsersCommand({ MaxItems: PAGE_ITEMS, Marker }), {
      abortSignal,
    });
    return { items: answer.Users ?? [], marker: answer.Marker };
  });
  return (
    <Page title="Users" hasHeader={false}>
      <PagedTable
        level="h1"
        title="Users"
        what="users"
        listing={listing}
        columns={[{ id: "name", header: "Name", cell: (u: User) => u.UserName }]}
        idOf={(u) => u.UserName ?? ""}
        textOf={(u) => u.UserName ?? ""}
        empty="None"
      />{" "}
    </Page>
  );
}
