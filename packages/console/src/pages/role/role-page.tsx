import {
  GetRoleCommand,
  ListRoleTagsCommand,
  type Role,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { LastChanged } from "../../activity/last-changed.tsx";
import { allPages } from "../../api/all-pages.ts";
import { iam } from "../../api/clients.ts";
import { BASE } from "../../app/paths.ts";
import { editTrust } from "../../documents/addresses.ts";
import { decodeDocument } from "../../documents/document.ts";
import { HolderPanels } from "../../documents/holder-panel.tsx";
import { readableJson } from "../../editor/format-json.ts";
import { BoundaryPanel } from "../../permissions/boundary-panel.tsx";
import { TagsPanel } from "../../tags/tags-panel.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Copyable } from "../../ui/copyable.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { RouterLink, useFollow } from "../../ui/router-link.tsx";
import { Ago, absoluteTime } from "../../ui/time.tsx";
import { type Query, useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import { AssumePanel } from "./assume-panel.tsx";
import { DeleteRoleDialog } from "./delete-role-dialog.tsx";
import { SessionsTab } from "./sessions-tab.tsx";

/** One role: `/roles/<name>?tab=<tab>`. */
export default function RolePage() {
  const { roleName = "" } = useParams();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [dialog, setDialog] = useState<"describe" | "delete">();
  const role = useQuery(
    async (abortSignal) => {
      const { Role } = await iam(new GetRoleCommand({ RoleName: roleName }), { abortSignal });
      if (Role === undefined) throw new TypeError("GetRole answered no role");
      return Role;
    },
    [roleName],
  );
  const isMissing = role.failure?.kind === "missing";
  const close = () => setDialog(undefined);
  return (
    <Page
      title={roleName}
      crumbs={[{ text: "Roles", to: "/roles" }]}
      actions={
        !isMissing && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={role.data === undefined} onClick={() => setDialog("describe")}>
              Change description
            </Button>
            <Button onClick={() => setDialog("delete")}>Delete</Button>
          </SpaceBetween>
        )
      }
    >
      <Panel title="Summary" query={role}>
        {(data) => <Summary role={data} />}
      </Panel>
      {!isMissing && (
        <Tabs
          ariaLabel={`Parts of ${roleName}`}
          activeTabId={params.get("tab") ?? "permissions"}
          onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
          tabs={[
            {
              id: "permissions",
              label: "Permissions",
              content: (
                <SpaceBetween size="l">
                  <HolderPanels kind="role" name={roleName} />
                  <BoundaryPanel
                    kind="role"
                    name={roleName}
                    query={role}
                    boundaryOf={({ PermissionsBoundary }) =>
                      PermissionsBoundary?.PermissionsBoundaryArn
                    }
                  />
                </SpaceBetween>
              ),
            },
            {
              id: "trust",
              label: "Trust",
              content: <TrustTab roleName={roleName} query={role} />,
            },
            {
              id: "sessions",
              label: "Sessions",
              content: <SessionsTab roleName={roleName} query={role} />,
            },
            { id: "tags", label: "Tags", content: <TagsTab roleName={roleName} /> },
          ]}
        />
      )}
      {!isMissing && <LastChanged entity={{ type: "AWS::IAM::Role", name: roleName }} />}
      {dialog === "describe" && role.data !== undefined && (
        <DescriptionDialog role={role.data} onDone={role.reload} onClose={close} />
      )}
      {dialog === "delete" && (
        <DeleteRoleDialog roleName={roleName} onClose={close} onDone={() => navigate("/roles")} />
      )}
    </Page>
  );
}

function Summary({ role }: { readonly role: Role }) {
  const { Arn = "", RoleId = "", RoleName = "", Path, Description, CreateDate } = role;
  const account = Arn.split(":")[4] ?? "";
  const toSwitch = new URLSearchParams({ account, roleName: RoleName, displayName: RoleName });
  return (
    <KeyValuePairs
      columns={2}
      minColumnWidth={260}
      items={[
        { label: "ARN", value: <Copyable text={Arn} what="ARN" /> },
        { label: "Role ID", value: <Copyable text={RoleId} what="Role ID" /> },
        { label: "Path", value: <span className="break">{Path}</span> },
        { label: "Description", value: <bdi className="break">{Description || "None"}</bdi> },
        { label: "Created", value: absoluteTime(CreateDate) },
        { label: "Last used", value: <Ago moment={role.RoleLastUsed?.LastUsedDate} /> },
        {
          label: "Act with its permissions",
          value: <RouterLink to={`/switch-role?${toSwitch}`}>Switch to this role</RouterLink>,
        },
      ]}
    />
  );
}

function TrustTab({ roleName, query }: { readonly roleName: string; readonly query: Query<Role> }) {
  const follow = useFollow();
  return (
    <SpaceBetween size="l">
      <Panel
        title="Trust policy"
        description="Who may assume the role, and under which conditions."
        query={query}
        actions={
          <Button href={`${BASE}${editTrust(roleName)}`} onFollow={follow}>
            Edit trust policy
          </Button>
        }
      >
        {({ AssumeRolePolicyDocument }) => (
          <CodeBlock
            text={readableJson(decodeDocument(AssumeRolePolicyDocument))}
            what="Trust policy"
          />
        )}
      </Panel>
      {query.data !== undefined && <AssumePanel role={query.data} />}
    </SpaceBetween>
  );
}

function TagsTab({ roleName: RoleName }: { readonly roleName: string }) {
  const query = useQuery(
    () =>
      allPages(async (Marker) => {
        const answer = await iam(new ListRoleTagsCommand({ RoleName, Marker }));
        return { items: answer.Tags, marker: answer.Marker };
      }),
    [RoleName],
  );
  return (
    <TagsPanel
      query={query}
      of={RoleName}
      tagging={(Tags) => new TagRoleCommand({ RoleName, Tags: [...Tags] })}
      untagging={(TagKeys) => new UntagRoleCommand({ RoleName, TagKeys: [...TagKeys] })}
    />
  );
}

function DescriptionDialog({
  role: { RoleName = "", Description = "" },
  onDone,
  onClose,
}: {
  readonly role: Role;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState(Description);
  return (
    <WriteDialog
      title={`Description of ${RoleName}`}
      confirm="Save"
      isDisabled={text === Description}
      writes={[
        {
          label: "Change the description",
          command: new UpdateRoleCommand({ RoleName, Description: text }),
        },
      ]}
      done={`Changed the description of ${RoleName}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField label="Description">
        <Input
          value={text}
          autoFocus={true}
          onChange={({ detail }) => setText(detail.value.slice(0, 1000))}
        />
      </FormField>
    </WriteDialog>
  );
}
