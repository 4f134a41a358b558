import {
  DescribeOrganizationCommand,
  ListRootsCommand,
  type Organization,
} from "@aws-sdk/client-organizations";
import Alert from "@cloudscape-design/components/alert";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Tabs from "@cloudscape-design/components/tabs";
import { useSearchParams } from "react-router";
import { organizations } from "../../api/clients.ts";
import { describeFailure } from "../../api/errors.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { Copyable } from "../../ui/copyable.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel, QueryContent } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { ListTab } from "./accounts/list-tab.tsx";
import { TreeTab } from "./accounts/tree-tab.tsx";
import { NoOrganization } from "./no-organization.tsx";
import { PoliciesTab } from "./policies/policies-tab.tsx";
import { SettingsTab } from "./settings/settings-tab.tsx";
import { TrustTab } from "./trust/trust-tab.tsx";

/** Null: the account is in no organization. */
async function loadOrganization(abortSignal: AbortSignal): Promise<Organization | null> {
  try {
    const answer = await organizations(new DescribeOrganizationCommand({}), { abortSignal });
    return answer.Organization ?? null;
  } catch (error) {
    if (describeFailure(error).code === "AWSOrganizationsNotInUse") return null;
    throw error;
  }
}

/** The organization: `?tab=<tab>`, and `?at=<id>` of what is selected in the tree. */
export default function OrganizationPage() {
  const query = useQuery(loadOrganization, []);
  return (
    <Page
      title="Organization"
      description="The accounts of this installation, and the limits that hold for them."
    >
      {query.data === null ? (
        <NoOrganization onDone={query.reload} />
      ) : (
        <Panel title="Summary" query={query}>
          {(organization) => organization && <Summary organization={organization} />}
        </Panel>
      )}
      {query.data && <Content organization={query.data} />}
    </Page>
  );
}

function Summary({
  organization: { Id = "", MasterAccountId = "", MasterAccountEmail, FeatureSet },
}: {
  readonly organization: Organization;
}) {
  return (
    <KeyValuePairs
      columns={4}
      minColumnWidth={180}
      items={[
        { label: "Organization ID", value: <Copyable text={Id} what="Organization ID" /> },
        {
          label: "Management account",
          value: <Copyable text={MasterAccountId} what="Management account" />,
        },
        {
          label: "Its e-mail address",
          value: <span className="break">{MasterAccountEmail ?? "–"}</span>,
        },
        { label: "Features", value: FeatureSet === "ALL" ? "All features" : FeatureSet },
      ]}
    />
  );
}

function Content({
  organization: { MasterAccountId = "" },
}: {
  readonly organization: Organization;
}) {
  const [params, setParams] = useSearchParams();
  const session = useSession();
  const isMember = session !== undefined && activeAccount(session) !== MasterAccountId;
  const root = useQuery(async (abortSignal) => {
    const { Roots = [] } = await organizations(new ListRootsCommand({}), { abortSignal });
    const [first] = Roots;
    if (first === undefined) throw new TypeError("ListRoots answered no root");
    return first;
  }, []);
  if (isMember && root.failure?.kind === "denied")
    return (
      <Alert type="info" header="This is a member account">
        Account {MasterAccountId} manages the organization. It can see the accounts and policies,
        and an account that it registers as a delegated administrator can, too. What the
        organization denies here, the management account can tell you.
      </Alert>
    );
  return (
    <>
      {isMember && (
        <Alert type="info" header="This is a member account">
          You can read the organization as a delegated administrator. Account {MasterAccountId}{" "}
          changes it.
        </Alert>
      )}
      <Tabs
        ariaLabel="Parts of the organization"
        activeTabId={params.get("tab") ?? "accounts"}
        onChange={({ detail }) =>
          setParams(
            (before) => {
              const next = new URLSearchParams({ tab: detail.activeTabId });
              const at = before.get("at");
              if (at !== null) next.set("at", at);
              return next;
            },
            { replace: true },
          )
        }
        tabs={[
          {
            id: "accounts",
            label: "Tree",
            content: (
              <QueryContent query={root} what="The tree">
                {({ Id = "" }) => <TreeTab rootId={Id} managementAccountId={MasterAccountId} />}
              </QueryContent>
            ),
          },
          { id: "list", label: "All accounts", content: <ListTab /> },
          { id: "policies", label: "Policies", content: <PoliciesTab /> },
          { id: "trust", label: "Trusted services", content: <TrustTab /> },
          { id: "settings", label: "Settings", content: <SettingsTab root={root} /> },
        ]}
      />
    </>
  );
}
