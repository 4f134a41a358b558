import { GetGroupCommand, UpdateGroupCommand } from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { LastChanged } from "../../activity/last-changed.tsx";
import { iam } from "../../api/clients.ts";
import { groupPath } from "../../app/paths.ts";
import { HolderPanels } from "../../documents/holder-panel.tsx";
import { Copyable } from "../../ui/copyable.tsx";
import { NameAndPathFields, nameAndPathProblems } from "../../ui/name-and-path.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { absoluteTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import { DeleteGroupDialog } from "./delete-group-dialog.tsx";
import { MembersTab } from "./members-tab.tsx";

/** One group: `/groups/<name>?tab=<tab>`. */
export default function GroupPage() {
  const { groupName = "" } = useParams();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [dialog, setDialog] = useState<"rename" | "delete">();
  const group = useQuery(
    async (abortSignal) => {
      const command = new GetGroupCommand({ GroupName: groupName, MaxItems: 1 });
      const { Group } = await iam(command, { abortSignal });
      if (Group === undefined) throw new TypeError("GetGroup answered no group");
      return Group;
    },
    [groupName],
  );
  const close = () => setDialog(undefined);
  const isMissing = group.failure?.kind === "missing";
  return (
    <Page
      title={groupName}
      crumbs={[{ text: "Groups", to: "/groups" }]}
      actions={
        !isMissing && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={group.data === undefined} onClick={() => setDialog("rename")}>
              Rename
            </Button>
            <Button onClick={() => setDialog("delete")}>Delete</Button>
          </SpaceBetween>
        )
      }
    >
      <Panel title="Summary" query={group}>
        {({ Arn = "", GroupId = "", Path = "/", CreateDate }) => (
          <KeyValuePairs
            columns={2}
            minColumnWidth={260}
            items={[
              { label: "ARN", value: <Copyable text={Arn} what="ARN" /> },
              { label: "Group ID", value: <Copyable text={GroupId} what="Group ID" /> },
              { label: "Path", value: <span className="break">{Path}</span> },
              { label: "Created", value: absoluteTime(CreateDate) },
            ]}
          />
        )}
      </Panel>
      {!isMissing && (
        <Tabs
          ariaLabel={`Parts of ${groupName}`}
          activeTabId={params.get("tab") ?? "users"}
          onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
          tabs={[
            { id: "users", label: "Users", content: <MembersTab groupName={groupName} /> },
            {
              id: "permissions",
              label: "Permissions",
              content: <HolderPanels kind="group" name={groupName} />,
            },
          ]}
        />
      )}
      {!isMissing && <LastChanged entity={{ type: "AWS::IAM::Group", name: groupName }} />}
      {dialog === "rename" && group.data !== undefined && (
        <RenameDialog
          groupName={groupName}
          path={group.data.Path ?? "/"}
          onClose={close}
          onDone={(name) => {
            navigate(groupPath(name), { replace: true });
            if (name === groupName) return group.reload();
          }}
        />
      )}
      {dialog === "delete" && (
        <DeleteGroupDialog
          groupName={groupName}
          onClose={close}
          onDone={() => navigate("/groups")}
        />
      )}
    </Page>
  );
}

function RenameDialog({
  groupName: GroupName,
  path,
  onDone,
  onClose,
}: {
  readonly groupName: string;
  readonly path: string;
  readonly onDone: (name: string) => void | Promise<void>;
  readonly onClose: () => void;
}) {
  const [value, setValue] = useState({ name: GroupName, path });
  const [isSubmitted, setSubmitted] = useState(false);
  const problems = nameAndPathProblems(value, 128);
  const command = new UpdateGroupCommand({
    GroupName,
    ...(value.name === GroupName ? {} : { NewGroupName: value.name }),
    ...(value.path === path ? {} : { NewPath: value.path }),
  });
  return (
    <WriteDialog
      title={`Rename ${GroupName}`}
      confirm="Save"
      writes={[{ label: `Rename ${GroupName} to ${value.name}`, command }]}
      problem={() => {
        setSubmitted(true);
        return problems.name ?? problems.path;
      }}
      isDisabled={value.name === GroupName && value.path === path}
      done={`Saved ${value.name}.`}
      onDone={() => onDone(value.name)}
      onClose={onClose}
    >
      <Alert type="info">Policies that name the group by its ARN don&apos;t follow.</Alert>
      <NameAndPathFields
        label="Group name"
        value={value}
        problems={isSubmitted ? problems : undefined}
        onChange={setValue}
      />
    </WriteDialog>
  );
}
