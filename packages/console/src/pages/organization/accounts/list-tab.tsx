import {
  type Account,
  type CreateAccountStatus,
  ListAccountsCommand,
  ListCreateAccountStatusCommand,
} from "@aws-sdk/client-organizations";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { organizations } from "../../../api/clients.ts";
import { organizationPath } from "../../../app/paths.ts";
import { type Column, PagedTable } from "../../../list/paged-table.tsx";
import { useListing } from "../../../list/use-listing.ts";
import { collectPages, ORGANIZATIONS_PAGE } from "../../../organization/collect-pages.ts";
import { RouterLink } from "../../../ui/router-link.tsx";
import { Ago } from "../../../ui/time.tsx";
import { RequestState } from "./request-state.tsx";

/** Calls of one step: 1,000 accounts. */
const STEP_CALLS = 50;

/** All accounts, whatever unit they are in, and how the requests to create some went. */
export function ListTab() {
  const accounts = useListing<Account>(async (marker, abortSignal) => {
    const { items, next } = await collectPages(
      async (NextToken) => {
        const answer = await organizations(
          new ListAccountsCommand({ NextToken, MaxResults: ORGANIZATIONS_PAGE }),
          { abortSignal },
        );
        return { items: answer.Accounts ?? [], next: answer.NextToken };
      },
      { from: marker, calls: STEP_CALLS },
    );
    return { items, marker: next };
  });
  const requests = useListing<CreateAccountStatus>(async (marker, abortSignal) => {
    const { items, next } = await collectPages(
      async (NextToken) => {
        const answer = await organizations(
          new ListCreateAccountStatusCommand({ NextToken, MaxResults: ORGANIZATIONS_PAGE }),
          { abortSignal },
        );
        return { items: answer.CreateAccountStatuses ?? [], next: answer.NextToken };
      },
      { from: marker, calls: STEP_CALLS },
    );
    return { items, marker: next };
  });
  return (
    <SpaceBetween size="l">
      <PagedTable
        title="All accounts"
        what="accounts"
        listing={accounts}
        columns={ACCOUNT_COLUMNS}
        defaultSort="name"
        idOf={({ Id = "" }) => Id}
        textOf={({ Id, Name, Email }) => `${Id} ${Name} ${Email}`}
        empty="The organization has no accounts."
      />
      <PagedTable
        title="Requests to create accounts"
        what="requests"
        listing={requests}
        columns={REQUEST_COLUMNS}
        idOf={({ Id = "" }) => Id}
        textOf={({ AccountName, AccountId, State }) => `${AccountName} ${AccountId} ${State}`}
        statePrefix="requests-"
        empty="No account has been created yet."
      />
    </SpaceBetween>
  );
}

const ACCOUNT_COLUMNS: readonly Column<Account>[] = [
  {
    id: "name",
    header: "Name",
    isRowHeader: true,
    minWidth: 160,
    sortBy: ({ Name = "" }) => Name.toLowerCase(),
    cell: ({ Id = "", Name }) => (
      <RouterLink to={organizationPath(Id)}>
        <bdi className="break">{Name}</bdi>
      </RouterLink>
    ),
  },
  {
    id: "id",
    header: "Account ID",
    minWidth: 130,
    sortBy: ({ Id = "" }) => Id,
    cell: ({ Id }) => Id,
  },
  {
    id: "email",
    header: "E-mail address",
    minWidth: 180,
    sortBy: ({ Email = "" }) => Email,
    cell: ({ Email }) => <span className="break">{Email}</span>,
  },
  {
    id: "state",
    header: "State",
    minWidth: 100,
    sortBy: ({ State = "" }) => State,
    cell: ({ State }) => (State === "ACTIVE" ? "Active" : State),
  },
  {
    id: "joined",
    header: "Joined",
    minWidth: 120,
    sortBy: ({ JoinedTimestamp }) => JoinedTimestamp?.getTime() ?? 0,
    cell: ({ JoinedTimestamp }) => <Ago moment={JoinedTimestamp} />,
  },
];

const REQUEST_COLUMNS: readonly Column<CreateAccountStatus>[] = [
  {
    id: "name",
    header: "Account name",
    isRowHeader: true,
    minWidth: 160,
    sortBy: ({ AccountName = "" }) => AccountName.toLowerCase(),
    cell: ({ AccountName }) => <bdi className="break">{AccountName}</bdi>,
  },
  {
    id: "state",
    header: "Outcome",
    minWidth: 220,
    sortBy: ({ State = "" }) => State,
    cell: (status) => <RequestState status={status} />,
  },
  {
    id: "account",
    header: "Account ID",
    minWidth: 130,
    cell: ({ AccountId }) =>
      AccountId === undefined ? (
        "–"
      ) : (
        <RouterLink to={organizationPath(AccountId)}>{AccountId}</RouterLink>
      ),
  },
  {
    id: "requested",
    header: "Requested",
    minWidth: 120,
    sortBy: ({ RequestedTimestamp }) => RequestedTimestamp?.getTime() ?? 0,
    cell: ({ RequestedTimestamp }) => <Ago moment={RequestedTimestamp} />,
  },
];
