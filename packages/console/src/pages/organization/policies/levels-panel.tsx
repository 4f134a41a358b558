import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useState } from "react";
import { serviceControlPolicyPath } from "../../../app/paths.ts";
import { type Level, loadLevels } from "../../../organization/levels.ts";
import { Panel } from "../../../ui/panel.tsx";
import { RouterLink } from "../../../ui/router-link.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { AttachPolicyDialog, DetachPolicyDialog } from "./attachment-dialogs.tsx";

const LevelEffect = lazy(() => import("./level-effect.tsx"));

/** What limits a target: the policies of each level above it, and its own. */
export function LevelsPanel({
  id,
  isManagementAccount,
}: {
  readonly id: string;
  readonly isManagementAccount: boolean;
}) {
  const [dialog, setDialog] = useState<"attach" | { readonly id: string; readonly name: string }>();
  const query = useQuery((abortSignal) => loadLevels(id, { abortSignal }), [id]);
  const own = query.data?.at(-1);
  const close = () => setDialog(undefined);
  return (
    <>
      <Panel
        title="Service control policies"
        description={
          isManagementAccount
            ? "They don't limit the management account, wherever it is."
            : "Each level must allow a request, and none may deny it."
        }
        query={query}
        actions={
          <Button disabled={own === undefined} onClick={() => setDialog("attach")}>
            Attach policy
          </Button>
        }
      >
        {(levels) => (
          <ol className="levels">
            {levels.map((level) => (
              <li key={level.node.id}>
                <OneLevel
                  level={level}
                  isOwn={level.node.id === id}
                  onDetach={(policy) => setDialog(policy)}
                />
              </li>
            ))}
          </ol>
        )}
      </Panel>
      {dialog === "attach" && own !== undefined && (
        <AttachPolicyDialog
          target={own.node}
          attached={own.policies.flatMap(({ Id }) => Id ?? [])}
          onDone={query.reload}
          onClose={close}
        />
      )}
      {typeof dialog === "object" && own !== undefined && (
        <DetachPolicyDialog
          policy={dialog}
          target={own.node}
          onDone={query.reload}
          onClose={close}
        />
      )}
    </>
  );
}

function OneLevel({
  level: { node, policies },
  isOwn,
  onDetach,
}: {
  readonly level: Level;
  readonly isOwn: boolean;
  readonly onDetach: (policy: { readonly id: string; readonly name: string }) => void;
}) {
  return (
    <SpaceBetween size="xxs">
      <Box variant="h3">
        <bdi className="break">{node.name}</bdi>{" "}
        <Box variant="small">{isOwn ? "attached here" : "inherited"}</Box>
      </Box>
      <ul className="level-policies">
        {policies.map(({ Id = "", Name = "" }) => (
          <li key={Id}>
            <RouterLink to={serviceControlPolicyPath(Id)}>
              <span className="break">{Name}</span>
            </RouterLink>
            {isOwn && (
              <Button
                variant="inline-link"
                ariaLabel={`Detach ${Name}`}
                onClick={() => onDetach({ id: Id, name: Name })}
              >
                Detach
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Suspense fallback={<StatusIndicator type="loading">Loading the effect</StatusIndicator>}>
        <LevelEffect policyIds={policies.flatMap(({ Id }) => Id ?? [])} />
      </Suspense>
    </SpaceBetween>
  );
}
