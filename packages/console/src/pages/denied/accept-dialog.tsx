import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { parsePolicy, policySize } from "@portcullis/policy";
import { useMemo, useState } from "react";
import type { NamedPrincipal } from "../../decisions/principal.ts";
import { recordedTexts } from "../../decisions/statement-text.ts";
import type { HolderKind } from "../../documents/addresses.ts";
import type { StoredDocument } from "../../documents/document.ts";
import { ChangeWords, DocumentDiff } from "../../documents/lazy-diff.tsx";
import { TouchedLine } from "../../documents/save-dialog.tsx";
import { type DocumentTarget, inlineTarget, managedTarget } from "../../documents/targets.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { QueryContent } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import type { Write } from "../../writes/use-writes.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";
import { acceptancePlaces, INLINE_POLICY } from "./acceptance-places.ts";
import { isTooOld, withStatement } from "./add-statement.ts";

type Place = "own" | "managed" | "group";

const NOWHERE = { managed: [], groups: [] };

/** Adds a statement to a policy of the principal, after a look at what that changes. */
export default function AcceptDialog({
  principal,
  statement,
  onDone,
  onClose,
}: {
  readonly principal: NamedPrincipal;
  readonly statement: string;
  /** Called with the policy that has the statement now, in a sentence. */
  readonly onDone: (policy: string) => void;
  readonly onClose: () => void;
}) {
  const { kind, name } = principal;
  const places = useQuery(() => acceptancePlaces(principal), [principal.arn]);
  const { managed, groups } = places.data ?? NOWHERE;
  const [place, setPlace] = useState<Place>("own");
  const [chosenPolicy, setPolicy] = useState<string>();
  const [chosenGroup, setGroup] = useState<string>();
  const [isConflict, setConflict] = useState(false);
  const policy = chosenPolicy ?? managed[0] ?? "";
  const group = chosenGroup ?? groups[0] ?? "";
  const target = useMemo(() => {
    if (place === "managed") return managedTarget(policy);
    if (place === "group") return inlineTarget("group", group, INLINE_POLICY);
    return inlineTarget(kind as HolderKind, name, INLINE_POLICY);
  }, [place, policy, group, kind, name]);
  const change = useQuery(() => changeOf(target, statement), [target.what, statement]);
  const { base, text, writes, problem } = change.data ?? NO_CHANGE;
  return (
    <WriteDialog
      title={`Add the statement for ${kind} ${name}?`}
      confirm="Add"
      size="large"
      writes={writes}
      isDisabled={change.data === undefined || problem !== undefined}
      done={`Added the statement to ${target.what}.`}
      check={async () => {
        const now = await target.read();
        if (now?.hash === base?.hash) return true;
        setConflict(true);
        await change.reload();
        return false;
      }}
      onFailed={async ({ code }) => {
        if (code !== "ConcurrentModification") return;
        setConflict(true);
        await change.reload();
      }}
      onDone={() => onDone(target.what)}
      onClose={onClose}
    >
      <FormField label="Where">
        <RadioGroup
          value={place}
          onChange={({ detail }) => {
            setPlace(detail.value as Place);
            setConflict(false);
          }}
          items={[
            {
              value: "own",
              label: `Inline policy ${INLINE_POLICY} of ${kind} ${name}`,
              description: `For this ${kind} alone.`,
            },
            {
              value: "managed",
              label: "Customer managed policy",
              description:
                managed.length === 0
                  ? `This ${kind} has none.`
                  : "For everybody who has the policy.",
              disabled: managed.length === 0,
            },
            ...(kind === "user"
              ? [
                  {
                    value: "group",
                    label: "Group",
                    description:
                      groups.length === 0
                        ? "The user is in no group."
                        : `For everybody in the group, in its inline policy ${INLINE_POLICY}.`,
                    disabled: groups.length === 0,
                  },
                ]
              : []),
          ]}
        />
      </FormField>
      {place === "managed" && (
        <Choice label="Policy" value={policy} options={managed} onChange={setPolicy} />
      )}
      {place === "group" && (
        <Choice label="Group to change" value={group} options={groups} onChange={setGroup} />
      )}
      {isConflict && (
        <Alert type="warning" header="Somebody else changed this meanwhile">
          Nothing is written yet. Below is what adding the statement to theirs changes.
        </Alert>
      )}
      <QueryContent query={change} what="The policy">
        {() =>
          text === undefined ? (
            <Alert type="error">{problem}</Alert>
          ) : (
            <SpaceBetween size="m">
              {target.touched !== undefined && (
                <TouchedLine load={target.touched} of={target.what} />
              )}
              <ChangeWords before={base?.text ?? ""} after={text} kind={target.kind} />
              <DocumentDiff
                before={base?.text ?? ""}
                after={text}
                beforeLabel={base === undefined ? "Before: no policy" : "Before"}
                afterLabel="After"
              />
              {writes.length > 1 && (
                <Alert type="warning">
                  {writes.slice(0, -1).map(({ label }) => (
                    <div key={label}>{label}.</div>
                  ))}
                </Alert>
              )}
            </SpaceBetween>
          )
        }
      </QueryContent>
    </WriteDialog>
  );
}

interface Change {
  /** The document that the statement is added to; undefined: there is none yet. */
  readonly base: StoredDocument | undefined;
  readonly text: string | undefined;
  readonly writes: readonly Write[];
  /** Why the statement can't be added here. */
  readonly problem: string | undefined;
}

const NO_CHANGE: Change = { base: undefined, text: undefined, writes: [], problem: undefined };

async function changeOf(target: DocumentTarget, statement: string): Promise<Change> {
  const base = await target.read();
  const problemWith = (problem: string) => ({ ...NO_CHANGE, base, problem });
  const [added = ""] = recordedTexts(withStatement(undefined, statement), target.kind);
  if (base !== undefined && recordedTexts(base.text, target.kind).includes(added))
    return problemWith("The policy has this statement already. Send the request again.");
  if (isTooOld(base?.text, statement))
    return problemWith(
      "The policy is of version 2008-10-17, which has no policy variables. Choose another policy.",
    );
  const text = withStatement(base?.text, statement);
  if (!parsePolicy(text, target.kind).ok)
    return problemWith("The policy can't take the statement. Choose another policy.");
  if (policySize(text) > target.quota)
    return problemWith(
      `With the statement the policy has more than ${target.quota.toLocaleString("en")} characters. Choose another policy.`,
    );
  return {
    base,
    text,
    writes: await target.writes(text, base, { isInForce: true }),
    problem: undefined,
  };
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
}) {
  const all = options.map((option) => ({ value: option, label: nameOf(option) }));
  return (
    <FormField label={label}>
      <Select
        selectedOption={all.find((option) => option.value === value) ?? null}
        options={all}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      />
    </FormField>
  );
}
