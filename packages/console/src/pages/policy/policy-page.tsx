import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyTagsCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { LastChanged } from "../../activity/last-changed.tsx";
import { allPages } from "../../api/all-pages.ts";
import { iam } from "../../api/clients.ts";
import { BASE } from "../../app/paths.ts";
import { editManaged } from "../../documents/addresses.ts";
import { decodeDocument } from "../../documents/document.ts";
import { entities } from "../../documents/entity-count.ts";
import { policyType } from "../../documents/policy-type.ts";
import { readableJson } from "../../editor/format-json.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { TagsPanel } from "../../tags/tags-panel.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Copyable } from "../../ui/copyable.tsx";
import { Page } from "../../ui/page.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useFollow } from "../../ui/router-link.tsx";
import { absoluteTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DeletePolicyDialog } from "./delete-policy-dialog.tsx";
import { EntitiesTab } from "./entities-tab.tsx";
import { VersionsTab } from "./versions-tab.tsx";

/** One managed policy: `/policies/<arn>?tab=<tab>`. */
export default function PolicyPage() {
  const { arn = "" } = useParams();
  const navigate = useNavigate();
  const follow = useFollow();
  const [params, setParams] = useSearchParams();
  const [isDeleting, setDeleting] = useState(false);
  const policy = useQuery(
    async (abortSignal) => {
      const { Policy } = await iam(new GetPolicyCommand({ PolicyArn: arn }), { abortSignal });
      if (Policy === undefined) throw new TypeError("GetPolicy answered no policy");
      return Policy;
    },
    [arn],
  );
  const isOwn = policyType(arn) !== "AWS managed";
  const isMissing = policy.failure?.kind === "missing";
  return (
    <Page
      title={nameOf(arn)}
      crumbs={[{ text: "Policies", to: "/policies" }]}
      actions={
        isOwn &&
        !isMissing && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => setDeleting(true)}>Delete</Button>
            <Button variant="primary" href={`${BASE}${editManaged(arn)}`} onFollow={follow}>
              Edit
            </Button>
          </SpaceBetween>
        )
      }
    >
      <Panel title="Summary" query={policy}>
        {({ Arn = "", Description, CreateDate, UpdateDate, AttachmentCount, Path }) => (
          <KeyValuePairs
            columns={2}
            minColumnWidth={260}
            items={[
              { label: "ARN", value: <Copyable text={Arn} what="ARN" /> },
              {
                label: "Description",
                value: <bdi className="break">{Description || "None"}</bdi>,
              },
              { label: "Type", value: policyType(Arn) },
              { label: "Path", value: <span className="break">{Path}</span> },
              { label: "Attached to", value: entities(AttachmentCount ?? 0) },
              { label: "Created", value: absoluteTime(CreateDate) },
              { label: "Changed", value: absoluteTime(UpdateDate) },
            ]}
          />
        )}
      </Panel>
      {!isMissing && (
        <Tabs
          ariaLabel={`Parts of ${nameOf(arn)}`}
          activeTabId={params.get("tab") ?? "document"}
          onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
          tabs={[
            {
              id: "document",
              label: "Document",
              content: <DocumentTab arn={arn} version={policy.data?.DefaultVersionId} />,
            },
            {
              id: "versions",
              label: "Versions",
              content: <VersionsTab arn={arn} isOwn={isOwn} onChange={policy.reload} />,
            },
            {
              id: "entities",
              label: "Entities",
              content: <EntitiesTab arn={arn} onChange={policy.reload} />,
            },
            ...(isOwn ? [{ id: "tags", label: "Tags", content: <TagsTab arn={arn} /> }] : []),
          ]}
        />
      )}
      {isOwn && !isMissing && <LastChanged entity={{ type: "AWS::IAM::Policy", name: arn }} />}
      {isDeleting && (
        <DeletePolicyDialog
          arn={arn}
          onClose={() => setDeleting(false)}
          onDone={() => navigate("/policies")}
        />
      )}
    </Page>
  );
}

/** @param version undefined as long as it is not known which one is in force */
function DocumentTab({
  arn: PolicyArn,
  version: VersionId,
}: {
  readonly arn: string;
  readonly version: string | undefined;
}) {
  const query = useQuery(
    async (abortSignal) => {
      if (VersionId === undefined) return undefined;
      const command = new GetPolicyVersionCommand({ PolicyArn, VersionId });
      const { PolicyVersion } = await iam(command, { abortSignal });
      return readableJson(decodeDocument(PolicyVersion?.Document));
    },
    [PolicyArn, VersionId],
  );
  return (
    <Panel title={`Document${VersionId === undefined ? "" : ` (${VersionId})`}`} query={query}>
      {(text) => <CodeBlock text={text ?? ""} what="Policy document" />}
    </Panel>
  );
}

function TagsTab({ arn: PolicyArn }: { readonly arn: string }) {
  const query = useQuery(
    () =>
      allPages(async (Marker) => {
        const answer = await iam(new ListPolicyTagsCommand({ PolicyArn, Marker }));
        return { items: answer.Tags, marker: answer.Marker };
      }),
    [PolicyArn],
  );
  return (
    <TagsPanel
      query={query}
      of={nameOf(PolicyArn)}
      tagging={(Tags) => new TagPolicyCommand({ PolicyArn, Tags: [...Tags] })}
      untagging={(TagKeys) => new UntagPolicyCommand({ PolicyArn, TagKeys: [...TagKeys] })}
    />
  );
}
