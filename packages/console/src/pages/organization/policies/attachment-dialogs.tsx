import { AttachPolicyCommand, DetachPolicyCommand } from "@aws-sdk/client-organizations";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useState } from "react";
import { allServiceControlPolicies } from "../../../organization/all-policies.ts";
import { policiesOf } from "../../../organization/levels.ts";
import { Failure } from "../../../ui/failure.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";

const AttachmentEffect = lazy(() => import("./attachment-effect.tsx"));

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Attaches a service control policy to the root, a unit or an account. */
export function AttachPolicyDialog({
  target,
  attached,
  onDone,
  onClose,
}: {
  readonly target: Named;
  /** Ids of the policies that are there already. */
  readonly attached: readonly string[];
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const query = useQuery((abortSignal) => allServiceControlPolicies({ abortSignal }), []);
  const [policyId, setPolicyId] = useState<string>();
  const options = (query.data ?? [])
    .filter(({ Id }) => Id !== undefined && !attached.includes(Id))
    .map(({ Id, Name, Description }) => ({
      value: Id ?? "",
      label: Name ?? "",
      description: Description ?? "",
    }));
  const selected = options.find(({ value }) => value === policyId);
  return (
    <WriteDialog
      title={`Attach a policy to ${target.name}`}
      confirm="Attach policy"
      writes={
        policyId === undefined
          ? []
          : [
              {
                label: `Attach ${selected?.label}`,
                command: new AttachPolicyCommand({ PolicyId: policyId, TargetId: target.id }),
                doneWhen: ["DuplicatePolicyAttachment"],
              },
            ]
      }
      isDisabled={policyId === undefined}
      done={`Attached ${selected?.label} to ${target.name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {query.failure !== undefined && <Failure failure={query.failure} onRetry={query.reload} />}
      <FormField label="Policy" description="A target has five policies at most.">
        <Select
          selectedOption={selected ?? null}
          options={options}
          filteringType="auto"
          placeholder="Choose a policy"
          statusType={query.isLoading ? "loading" : "finished"}
          loadingText="Loading policies"
          empty="There is no other policy."
          onChange={({ detail }) => setPolicyId(detail.selectedOption.value)}
        />
      </FormField>
      {policyId !== undefined && (
        <Effect before={attached} after={[...attached, policyId]} target={target} />
      )}
    </WriteDialog>
  );
}

/** Detaches one, unless somebody else did it meanwhile. */
export function DetachPolicyDialog({
  policy,
  target,
  onDone,
  onClose,
}: {
  readonly policy: Named;
  readonly target: Named;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const query = useQuery((abortSignal) => policiesOf(target.id, { abortSignal }), [target.id]);
  const before = query.data?.flatMap(({ Id }) => Id ?? []);
  return (
    <WriteDialog
      title={`Detach ${policy.name} from ${target.name}?`}
      confirm="Detach policy"
      writes={[
        {
          label: `Detach ${policy.name}`,
          command: new DetachPolicyCommand({ PolicyId: policy.id, TargetId: target.id }),
          doneWhen: ["PolicyNotAttached"],
        },
      ]}
      done={`Detached ${policy.name} from ${target.name}.`}
      onDone={onDone}
      onClose={onClose}
    >
      {query.failure !== undefined && <Failure failure={query.failure} onRetry={query.reload} />}
      {before?.length === 1 && (
        <StatusIndicator type="warning">
          It is the only policy there. A target must have one: attach another first.
        </StatusIndicator>
      )}
      {before !== undefined && before.length > 1 && (
        <Effect before={before} after={before.filter((id) => id !== policy.id)} target={target} />
      )}
    </WriteDialog>
  );
}

function Effect(props: {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly target: Named;
}) {
  return (
    <Suspense fallback={<StatusIndicator type="loading">Loading the effect</StatusIndicator>}>
      <AttachmentEffect {...props} />
    </Suspense>
  );
}
