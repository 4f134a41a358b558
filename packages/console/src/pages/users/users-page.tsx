import {
  GetAccountSummaryCommand,
  GetUserCommand,
  ListUsersCommand,
  type User,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import { iam } from "../../api/clients.ts";
import { loadCredentialReport } from "../../api/credential-report.ts";
import { BASE } from "../../app/paths.ts";
import { PagedTable } from "../../list/paged-table.tsx";
import { PAGE_ITEMS, useListing } from "../../list/use-listing.ts";
import { Page } from "../../ui/page.tsx";
import { RouterLink, useFollow } from "../../ui/router-link.tsx";
import { absoluteTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DeleteUserDialog } from "../user/delete-user-dialog.tsx";
import { useRowDetails } from "./row-details.ts";
import { credentialsByUser, userColumns } from "./user-columns.tsx";

const nameOf = ({ UserName = "" }: User): string => UserName;

/** What the filter looks into. */
const textOf = ({ UserName = "", Path = "", UserId = "" }: User): string =>
  `${UserName} ${Path} ${UserId}`;

export default function UsersPage() {
  const follow = useFollow();
  const [rows, setRows] = useState<readonly User[]>([]);
  const [selected, setSelected] = useState<readonly User[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const listing = useListing<User>(async (Marker, abortSignal) => {
    const answer = await iam(new ListUsersCommand({ MaxItems: PAGE_ITEMS, Marker }), {
      abortSignal,
    });
    return { items: answer.Users ?? [], marker: answer.Marker };
  });
  const summary = useQuery(
    (abortSignal) => iam(new GetAccountSummaryCommand({}), { abortSignal }),
    [],
  );
  const report = useQuery(loadCredentialReport, []);
  const details = useRowDetails(rows);
  const credentials = useMemo(() => credentialsByUser(report.data), [report.data]);
  const columns = useMemo(() => userColumns(details, credentials), [details, credentials]);
  const [first] = selected;

  return (
    <Page title="Users" hasHeader={false}>
      <PagedTable
        level="h1"
        title="Users"
        what="users"
        description={
          <>
            People and programs with credentials of their own in this account.
            {report.data &&
              ` Ages of passwords and keys are as of ${absoluteTime(report.data.generatedAt)}.`}
          </>
        }
        listing={listing}
        total={summary.data?.SummaryMap?.Users}
        columns={columns}
        defaultSort="name"
        idOf={nameOf}
        textOf={textOf}
        onVisible={setRows}
        selectionType="single"
        selected={selected}
        onSelect={setSelected}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              iconName="refresh"
              ariaLabel="Reload"
              onClick={() => {
                listing.reload();
                report.reload();
              }}
            />
            <Button disabled={first === undefined} onClick={() => setDeleting(true)}>
              Delete
            </Button>
            <Button variant="primary" href={`${BASE}/create-users`} onFollow={follow}>
              Create users
            </Button>
          </SpaceBetween>
        }
        empty={
          <SpaceBetween size="xs">
            <span>This account has no users.</span>
            <Button href={`${BASE}/create-users`} onFollow={follow}>
              Create users
            </Button>
          </SpaceBetween>
        }
        noMatch={(text) => <ExactName name={text} isWanted={!listing.isComplete} />}
      />
      {isDeleting && first !== undefined && (
        <DeleteUserDialog
          userName={nameOf(first)}
          onClose={() => setDeleting(false)}
          onDone={async () => {
            setSelected([]);
            await listing.reload();
          }}
        />
      )}
    </Page>
  );
}

/** A user that is not among the loaded ones, asked for by its exact name. */
function ExactName({ name, isWanted }: { readonly name: string; readonly isWanted: boolean }) {
  const query = useQuery(
    async (abortSignal) => {
      if (!isWanted || !/^[\w+=,.@-]{1,64}$/.test(name)) return undefined;
      return iam(new GetUserCommand({ UserName: name }), { abortSignal });
    },
    [name, isWanted],
  );
  const found = query.data?.User?.UserName;
  if (found === undefined) return null;
  return (
    <span>
      There is a user of exactly this name:{" "}
      <RouterLink to={`/users/${encodeURIComponent(found)}`}>{found}</RouterLink>
    </span>
  );
}
