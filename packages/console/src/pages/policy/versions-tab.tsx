import {
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  type PolicyVersion,
  SetDefaultPolicyVersionCommand,
} from "@aws-sdk/client-iam";
import Badge from "@cloudscape-design/components/badge";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { iam } from "../../api/clients.ts";
import { decodeDocument, replacing, storedDocument } from "../../documents/document.ts";
import { ChangeWords, DocumentDiff } from "../../documents/lazy-diff.tsx";
import { Panel, QueryContent } from "../../ui/panel.tsx";
import { absoluteTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

const idOf = ({ VersionId = "" }: PolicyVersion): string => VersionId;

/** The five versions that a policy can have: compare two, choose the default, delete. */
export function VersionsTab({
  arn: PolicyArn,
  isOwn,
  onChange,
}: {
  readonly arn: string;
  /** Whether the policy is the account's own, which can be changed. */
  readonly isOwn: boolean;
  readonly onChange: () => Promise<void>;
}) {
  const query = useQuery(
    async (abortSignal) => {
      const command = new ListPolicyVersionsCommand({ PolicyArn });
      const { Versions = [] } = await iam(command, { abortSignal });
      return Versions;
    },
    [PolicyArn],
  );
  const [selected, setSelected] = useState<readonly PolicyVersion[]>([]);
  const [dialog, setDialog] = useState<"default" | "delete">();
  const [params, setParams] = useSearchParams();
  const chosen = selected.length === 1 ? selected[0] : undefined;
  const isOther = isOwn && chosen !== undefined && chosen.IsDefaultVersion !== true;
  const reload = async () => {
    setSelected([]);
    await Promise.all([query.reload(), onChange()]);
  };
  const inForce = query.data?.find(({ IsDefaultVersion }) => IsDefaultVersion === true);
  const previous = isOwn ? before(query.data ?? [], inForce) : undefined;
  // A link after a change leads here, to put back what was in force before.
  const wanted = query.data?.find(
    (version) => idOf(version) === params.get("restore") && version !== inForce,
  );
  const restored = isOwn ? wanted : undefined;
  const closeRestore = () => setParams({ tab: "versions" }, { replace: true });
  const [older, newer] = [...selected].sort((one, other) => number(one) - number(other));
  return (
    <SpaceBetween size="l">
      <Panel
        title="Versions"
        counter={query.data && `(${query.data.length} of 5)`}
        description="Select two to compare them. The default version is the one in force."
        query={query}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {previous !== undefined && (
              <Button onClick={() => setParams({ tab: "versions", restore: idOf(previous) })}>
                Roll back to {idOf(previous)}
              </Button>
            )}
            <Button disabled={!isOther} onClick={() => setDialog("delete")}>
              Delete version
            </Button>
            <Button disabled={!isOther} onClick={() => setDialog("default")}>
              Set as default
            </Button>
          </SpaceBetween>
        }
      >
        {(versions) => (
          <Table
            variant="embedded"
            items={versions}
            trackBy={idOf}
            selectionType="multi"
            selectedItems={selected}
            onSelectionChange={({ detail }) => setSelected(detail.selectedItems.slice(-2))}
            ariaLabels={{
              tableLabel: "Versions",
              selectionGroupLabel: "Select versions",
              allItemsSelectionLabel: () => "Select all versions",
              itemSelectionLabel: (_, item) => `Select version ${idOf(item)}`,
            }}
            columnDefinitions={[
              {
                id: "version",
                header: "Version",
                isRowHeader: true,
                cell: (version) => (
                  <>
                    {idOf(version)}{" "}
                    {version.IsDefaultVersion && <Badge color="green">Default</Badge>}
                  </>
                ),
              },
              {
                id: "created",
                header: "Created",
                cell: ({ CreateDate }) => absoluteTime(CreateDate),
              },
            ]}
          />
        )}
      </Panel>
      {older !== undefined && newer !== undefined && (
        <Comparison arn={PolicyArn} older={idOf(older)} newer={idOf(newer)} />
      )}
      {dialog === "delete" && chosen !== undefined && (
        <WriteDialog
          title={`Delete version ${idOf(chosen)}?`}
          confirm="Delete"
          writes={[
            {
              label: `Delete version ${idOf(chosen)}`,
              command: new DeletePolicyVersionCommand({ PolicyArn, VersionId: idOf(chosen) }),
              doneWhen: ["NoSuchEntity"],
            },
          ]}
          done={`Deleted version ${idOf(chosen)}.`}
          onDone={reload}
          onClose={() => setDialog(undefined)}
        >
          It is not in force. This can&apos;t be undone.
        </WriteDialog>
      )}
      {dialog === "default" && chosen !== undefined && (
        <DefaultDialog
          arn={PolicyArn}
          former={idOf(inForce ?? {})}
          version={idOf(chosen)}
          onDone={reload}
          onClose={() => setDialog(undefined)}
        />
      )}
      {restored !== undefined && (
        <DefaultDialog
          arn={PolicyArn}
          former={idOf(inForce ?? {})}
          version={idOf(restored)}
          onDone={reload}
          onClose={closeRestore}
        />
      )}
    </SpaceBetween>
  );
}

/** The version made before the one in force. */
const before = (
  versions: readonly PolicyVersion[],
  inForce: PolicyVersion | undefined,
): PolicyVersion | undefined =>
  versions
    .filter((version) => inForce !== undefined && number(version) < number(inForce))
    .sort((one, other) => number(other) - number(one))[0];

const number = (version: PolicyVersion): number => Number(idOf(version).slice(1));

const loadVersion = async (PolicyArn: string, VersionId: string): Promise<string | undefined> =>
  (await iam(new GetPolicyVersionCommand({ PolicyArn, VersionId }))).PolicyVersion?.Document;

function Comparison({
  arn,
  older,
  newer,
}: {
  readonly arn: string;
  readonly older: string;
  readonly newer: string;
}) {
  const query = useQuery(async () => {
    const [before, after] = await Promise.all([loadVersion(arn, older), loadVersion(arn, newer)]);
    return { before: decodeDocument(before), after: decodeDocument(after) };
  }, [arn, older, newer]);
  return (
    <Container header={<Header variant="h2">{`From ${older} to ${newer}`}</Header>}>
      <QueryContent query={query} what="Both versions">
        {({ before, after }) => (
          <SpaceBetween size="m">
            <DocumentDiff before={before} after={after} beforeLabel={older} afterLabel={newer} />
            <ChangeWords before={before} after={after} kind="managed" />
          </SpaceBetween>
        )}
      </QueryContent>
    </Container>
  );
}

/** Another version comes into force, if the one that is shown as the default still is. */
function DefaultDialog({
  arn: PolicyArn,
  former,
  version: VersionId,
  onDone,
  onClose,
}: {
  readonly arn: string;
  readonly former: string;
  readonly version: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const query = useQuery(async () => {
    const [base, after] = await Promise.all([
      loadVersion(PolicyArn, former),
      loadVersion(PolicyArn, VersionId),
    ]);
    return { base: await storedDocument(base), after: decodeDocument(after) };
  }, [PolicyArn, former, VersionId]);
  const command = new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId });
  return (
    <WriteDialog
      title={`Set ${VersionId} as the default?`}
      confirm="Set as default"
      size="large"
      isDisabled={query.data === undefined}
      writes={[
        {
          label: `Set version ${VersionId} as the default`,
          command: replacing(command, query.data?.base),
        },
      ]}
      done={`Version ${VersionId} is in force.`}
      onDone={onDone}
      onClose={onClose}
    >
      <QueryContent query={query} what="Both versions">
        {({ base, after }) => (
          <SpaceBetween size="m">
            <ChangeWords before={base.text} after={after} kind="managed" />
            <DocumentDiff
              before={base.text}
              after={after}
              beforeLabel={`${former}, in force now`}
              afterLabel={VersionId}
            />
          </SpaceBetween>
        )}
      </QueryContent>
    </WriteDialog>
  );
}
