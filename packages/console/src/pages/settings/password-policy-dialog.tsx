import { UpdateAccountPasswordPolicyCommand } from "@aws-sdk/client-iam";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { loadPasswordPolicy } from "../../account/password-policy.ts";
import { Conflict } from "../../writes/conflict.tsx";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import {
  inputOf,
  POLICY_LABELS,
  type PolicyValues,
  PROPOSED,
  policyProblems,
  valuesOf,
  wordsOf,
} from "./policy-values.ts";

const CHECKS = ["uppercase", "lowercase", "numbers", "symbols", "mayChange", "hardExpiry"] as const;

/**
 * Edits the policy. It is read again before it is written: when somebody else changed it meanwhile,
 * both changes are shown, and the person decides.
 */
export function PasswordPolicyDialog({
  before,
  onDone,
  onClose,
}: {
  readonly before: PolicyValues | undefined;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [shown, setShown] = useState(before);
  const [values, setValues] = useState(before ?? PROPOSED);
  const [current, setCurrent] = useState<{ readonly values: PolicyValues | undefined }>();
  const [isSubmitted, setSubmitted] = useState(false);
  const problems = policyProblems(values);
  const set = (part: Partial<PolicyValues>) => setValues({ ...values, ...part });
  const number = (name: "minimumLength" | "maximumAge" | "reusePrevention", hint: string) => (
    <FormField
      label={POLICY_LABELS[name]}
      description={hint}
      errorText={isSubmitted ? problems[name] : undefined}
    >
      <Input
        value={values[name]}
        inputMode="numeric"
        onChange={({ detail }) => set({ [name]: detail.value.trim() })}
      />
    </FormField>
  );
  const isUnchanged = async () => {
    const now = valuesOf((await loadPasswordPolicy()).policy);
    if (JSON.stringify(now) === JSON.stringify(shown)) return true;
    setCurrent({ values: now });
    return false;
  };

  return (
    <WriteDialog
      title="Password policy"
      confirm="Save"
      isDisabled={current !== undefined}
      writes={[
        {
          label: "Write the password policy",
          command: new UpdateAccountPasswordPolicyCommand(inputOf(values)),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return Object.values(problems)[0];
      }}
      check={isUnchanged}
      done="Saved the password policy."
      onDone={onDone}
      onClose={onClose}
    >
      {current !== undefined && (
        <Conflict
          rows={rowsOf(shown, current.values, values)}
          onTakeTheirs={() => {
            setValues(current.values ?? PROPOSED);
            setShown(current.values);
            setCurrent(undefined);
          }}
          onKeepMine={() => {
            setShown(current.values);
            setCurrent(undefined);
          }}
        />
      )}
      <SpaceBetween size="s">
        {number("minimumLength", "From 6 to 128 characters.")}
        {CHECKS.map((name) => (
          <Checkbox
            key={name}
            checked={values[name]}
            onChange={({ detail }) => set({ [name]: detail.checked })}
          >
            {POLICY_LABELS[name]}
          </Checkbox>
        ))}
        {number("maximumAge", "Leave it empty for passwords that don't expire.")}
        {number("reusePrevention", "From 1 to 24. Leave it empty to allow them.")}
      </SpaceBetween>
    </WriteDialog>
  );
}

/** The settings that somebody changed, there or here. */
function rowsOf(
  shown: PolicyValues | undefined,
  current: PolicyValues | undefined,
  mine: PolicyValues,
) {
  const words = (values: PolicyValues | undefined, name: keyof PolicyValues) =>
    values === undefined ? "No policy" : wordsOf(values[name]);
  return (Object.keys(POLICY_LABELS) as (keyof PolicyValues)[])
    .map((name) => ({
      what: POLICY_LABELS[name],
      before: words(shown, name),
      theirs: words(current, name),
      mine: words(mine, name),
    }))
    .filter(({ before, theirs, mine: own }) => before !== theirs || before !== own);
}
