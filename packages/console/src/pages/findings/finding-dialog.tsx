import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { AccountFinding } from "@portcullis/analysis";
import type { ArchivedFinding } from "@portcullis/control-api/portcullis-client";
import { lazy, Suspense, useState } from "react";
import { groupPath, policyPath, rolePath, userPath } from "../../app/paths.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { Ago } from "../../ui/time.tsx";
import { ArchiveDialog, RestoreDialog } from "./archive-dialogs.tsx";
import { EvidenceGraph } from "./evidence-graph.tsx";
import { EvidenceItem, plain } from "./evidence-item.tsx";
import { type Mend, mendsOf } from "./mend/plan.ts";
import { SeverityMark } from "./severity.tsx";

const MendDialog = lazy(() => import("./mend/mend-dialog.tsx"));

/** A finding with what it rests on and what mends it. */
export default function FindingDialog({
  finding,
  archived,
  canArchive,
  onMended,
  onArchived,
  onClose,
}: {
  readonly finding: AccountFinding;
  /** With its reason, when somebody archived it. */
  readonly archived: ArchivedFinding | undefined;
  /** False: the archive could not be read. */
  readonly canArchive: boolean;
  readonly onMended: () => void;
  readonly onArchived: () => void | Promise<void>;
  readonly onClose: () => void;
}) {
  const [step, setStep] = useState<"archive" | "restore" | Mend>();
  const back = () => setStep(undefined);
  const finish = async () => {
    await onArchived();
    onClose();
  };
  if (step === "archive") return <ArchiveDialog finding={finding} onDone={finish} onClose={back} />;
  if (step === "restore") return <RestoreDialog finding={finding} onDone={finish} onClose={back} />;
  if (step !== undefined)
    return (
      <Suspense fallback={<StatusIndicator type="loading">Loading the change</StatusIndicator>}>
        <MendDialog
          mend={step}
          onDone={() => {
            onMended();
            onClose();
          }}
          onClose={back}
        />
      </Suspense>
    );
  return (
    <Dialog
      title={finding.title}
      size="large"
      onClose={onClose}
      buttons={
        <SpaceBetween direction="horizontal" size="xs">
          {canArchive && (
            <Button onClick={() => setStep(archived === undefined ? "archive" : "restore")}>
              {archived === undefined ? "Archive" : "Restore"}
            </Button>
          )}
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        </SpaceBetween>
      }
    >
      <Content finding={finding} archived={archived} onMend={setStep} />
    </Dialog>
  );
}

const PAGES: Readonly<
  Record<AccountFinding["resourceType"], ((arn: string) => string) | undefined>
> = {
  "AWS::IAM::User": (arn) => userPath(nameOf(arn)),
  "AWS::IAM::Group": (arn) => groupPath(nameOf(arn)),
  "AWS::IAM::Role": (arn) => rolePath(nameOf(arn)),
  "AWS::IAM::Policy": policyPath,
  "AWS::Organizations::Policy": undefined,
};

function Content({
  finding,
  archived,
  onMend,
}: {
  readonly finding: AccountFinding;
  readonly archived: ArchivedFinding | undefined;
  readonly onMend: (mend: Mend) => void;
}) {
  const { severity, details, evidence, remedy, resource, resourceType } = finding;
  const page = PAGES[resourceType]?.(resource);
  return (
    <SpaceBetween size="m">
      {archived !== undefined && (
        <Alert type="info" header="Archived">
          <bdi className="break">{archived.Reason}</bdi>
          <Box variant="small">
            <span className="break">{archived.PrincipalArn}</span>, <Ago moment={archived.Time} />
          </Box>
        </Alert>
      )}
      <SeverityMark severity={severity} />
      {page === undefined ? (
        <span className="break">{resource}</span>
      ) : (
        <RouterLink to={page}>
          <span className="break">{resource}</span>
        </RouterLink>
      )}
      <div className="break">{plain(details)}</div>
      {evidence.length > 0 && (
        <SpaceBetween size="s">
          <Box variant="h3">Evidence</Box>
          <EvidenceGraph finding={finding} />
          <ol className="evidence">
            {evidence.map((one) => (
              <li key={JSON.stringify(one)}>
                <EvidenceItem evidence={one} />
              </li>
            ))}
          </ol>
        </SpaceBetween>
      )}
      <SpaceBetween size="xs">
        <Box variant="h3">Remedy</Box>
        <div className="break">{plain(remedy)}</div>
        <SpaceBetween direction="horizontal" size="xs">
          {mendsOf(finding).map((mend) => (
            <Button key={mend.label} onClick={() => onMend(mend)}>
              {mend.label}
            </Button>
          ))}
        </SpaceBetween>
      </SpaceBetween>
    </SpaceBetween>
  );
}
