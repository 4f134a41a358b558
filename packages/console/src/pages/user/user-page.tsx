import { GetUserCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { LastChanged } from "../../activity/last-changed.tsx";
import { iam } from "../../api/clients.ts";
import { userPath } from "../../app/paths.ts";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { CredentialsTab } from "./credentials/credentials-tab.tsx";
import { DeleteUserDialog } from "./delete-user-dialog.tsx";
import { GroupsTab } from "./groups-tab.tsx";
import { LastAccessedTab } from "./last-accessed-tab.tsx";
import { PermissionsTab } from "./permissions/permissions-tab.tsx";
import { RenameDialog } from "./rename-dialog.tsx";
import { TagsTab } from "./tags-tab.tsx";
import { UserSummary } from "./user-summary.tsx";

/** One user: `/users/<name>?tab=<tab>`. */
export default function UserPage() {
  const { userName = "" } = useParams();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [dialog, setDialog] = useState<"rename" | "delete">();
  const user = useQuery(
    async (abortSignal) => {
      const { User } = await iam(new GetUserCommand({ UserName: userName }), { abortSignal });
      if (User === undefined) throw new TypeError("GetUser answered no user");
      return User;
    },
    [userName],
  );
  const close = () => setDialog(undefined);
  const isMissing = user.failure?.kind === "missing";
  const arn = user.data?.Arn;

  return (
    <Page
      title={userName}
      crumbs={[{ text: "Users", to: "/users" }]}
      actions={
        !isMissing && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={user.data === undefined} onClick={() => setDialog("rename")}>
              Rename
            </Button>
            <Button onClick={() => setDialog("delete")}>Delete</Button>
          </SpaceBetween>
        )
      }
    >
      <Panel title="Summary" query={user}>
        {(data) => <UserSummary user={data} />}
      </Panel>
      {!isMissing && (
        <Tabs
          ariaLabel={`Parts of ${userName}`}
          activeTabId={params.get("tab") ?? "permissions"}
          onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
          tabs={[
            {
              id: "permissions",
              label: "Permissions",
              content: <PermissionsTab userName={userName} />,
            },
            { id: "groups", label: "Groups", content: <GroupsTab userName={userName} /> },
            {
              id: "credentials",
              label: "Security credentials",
              content: <CredentialsTab userName={userName} />,
            },
            {
              id: "accessed",
              label: "Last accessed",
              content: <LastAccessedTab userName={userName} arn={arn} />,
            },
            { id: "tags", label: "Tags", content: <TagsTab userName={userName} /> },
          ]}
        />
      )}
      {!isMissing && <LastChanged entity={{ type: "AWS::IAM::User", name: userName }} />}
      {dialog === "rename" && user.data !== undefined && (
        <RenameDialog
          user={user.data}
          onClose={close}
          onDone={(name) => {
            navigate(userPath(name), { replace: true });
            if (name === userName) return user.reload();
          }}
        />
      )}
      {dialog === "delete" && (
        <DeleteUserDialog userName={userName} onClose={close} onDone={() => navigate("/users")} />
      )}
    </Page>
  );
}
