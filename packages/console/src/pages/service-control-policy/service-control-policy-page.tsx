import { DescribePolicyCommand, type Policy } from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { organizations } from "../../api/clients.ts";
import { BASE } from "../../app/paths.ts";
import { editServiceControl } from "../../documents/addresses.ts";
import { readableJson } from "../../editor/format-json.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Copyable } from "../../ui/copyable.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useFollow } from "../../ui/router-link.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DeletePolicyDialog, RenamePolicyDialog } from "./policy-dialogs.tsx";
import { TargetsPanel } from "./targets-panel.tsx";

/** One service control policy: `/organization/policies/<id>`. */
export default function ServiceControlPolicyPage() {
  const { policyId = "" } = useParams();
  const follow = useFollow();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"rename" | "delete">();
  const query = useQuery(
    async (abortSignal) => {
      const command = new DescribePolicyCommand({ PolicyId: policyId });
      const { Policy } = await organizations(command, { abortSignal });
      if (Policy === undefined) throw new TypeError("DescribePolicy answered no policy");
      return Policy;
    },
    [policyId],
  );
  const summary = query.data?.PolicySummary;
  const name = summary?.Name ?? policyId;
  const isManaged = summary?.AwsManaged === true;
  const isOwn = summary !== undefined && !isManaged;
  const close = () => setDialog(undefined);
  return (
    <Page
      title={name}
      crumbs={[{ text: "Organization", to: "/organization?tab=policies" }]}
      actions={
        isOwn && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => setDialog("rename")}>Rename</Button>
            <Button onClick={() => setDialog("delete")}>Delete</Button>
          </SpaceBetween>
        )
      }
    >
      <Panel title="Summary" query={query}>
        {(data) => <Summary policy={data} />}
      </Panel>
      <TargetsPanel id={policyId} name={name} />
      <Panel
        title="Document"
        query={query}
        actions={
          isOwn && (
            <Button href={`${BASE}${editServiceControl(policyId)}`} onFollow={follow}>
              Edit document
            </Button>
          )
        }
      >
        {({ Content = "" }) => <CodeBlock text={readableJson(Content)} what="Document" />}
      </Panel>
      {dialog === "rename" && summary !== undefined && (
        <RenamePolicyDialog policy={summary} onDone={query.reload} onClose={close} />
      )}
      {dialog === "delete" && (
        <DeletePolicyDialog
          id={policyId}
          name={name}
          onDone={() => navigate("/organization?tab=policies")}
          onClose={close}
        />
      )}
    </Page>
  );
}

function Summary({ policy: { PolicySummary = {} } }: { readonly policy: Policy }) {
  const { Id = "", Arn = "", Description, AwsManaged } = PolicySummary;
  return (
    <KeyValuePairs
      columns={2}
      minColumnWidth={240}
      items={[
        { label: "Policy ID", value: <Copyable text={Id} what="Policy ID" /> },
        { label: "ARN", value: <Copyable text={Arn} what="ARN" /> },
        { label: "Description", value: <bdi className="break">{Description || "None"}</bdi> },
        {
          label: "Kept by",
          value: AwsManaged === true ? "AWS: it can't be changed" : "The organization",
        },
      ]}
    />
  );
}
