import { ListGroupsCommand, ListPoliciesCommand } from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { allPages } from "../api/all-pages.ts";
import { iam } from "../api/clients.ts";
import { type CallFailure, describeFailure } from "../api/errors.ts";
import { policyType } from "../documents/policy-type.ts";
import { Failure } from "../ui/failure.tsx";
import { useQuery } from "../ui/use-query.ts";
import { copyOf, NO_PERMISSIONS, nameOf, type PermissionChoice } from "./permission-choice.ts";
import { loadPermissions } from "./permission-sources.ts";

type Way = "groups" | "copy" | "policies";

/** The three ways to give a user permissions, and the permissions boundary. */
export function PermissionFields({
  choice,
  onChange,
  hasBoundary = true,
}: {
  readonly choice: PermissionChoice;
  readonly onChange: (choice: PermissionChoice) => void;
  /** Whether the boundary can be chosen too. */
  readonly hasBoundary?: boolean;
}) {
  const [way, setWay] = useState<Way>("groups");
  return (
    <SpaceBetween size="m">
      <FormField label="How to set permissions" stretch={true}>
        <RadioGroup
          value={way}
          onChange={({ detail }) => {
            setWay(detail.value as Way);
            onChange({ ...NO_PERMISSIONS, boundary: choice.boundary });
          }}
          items={[
            {
              value: "groups",
              label: "Add to groups",
              description: "Best: whoever joins the group later gets the same.",
            },
            {
              value: "copy",
              label: "Copy from a user",
              description: "Its groups, attached and inline policies, and its boundary.",
            },
            {
              value: "policies",
              label: "Attach policies directly",
              description: "For this user alone.",
            },
          ]}
        />
      </FormField>
      {way === "groups" && (
        <GroupField groups={choice.groups} onChange={(groups) => onChange({ ...choice, groups })} />
      )}
      {way === "copy" && <CopyField onChange={onChange} />}
      {way === "policies" && (
        <PoliciesField
          policies={choice.policies}
          onChange={(policies) => onChange({ ...choice, policies })}
        />
      )}
      {hasBoundary && (
        <BoundaryField
          boundary={choice.boundary}
          onChange={(boundary) => onChange({ ...choice, boundary })}
        />
      )}
    </SpaceBetween>
  );
}

export function GroupField({
  groups,
  onChange,
}: {
  readonly groups: readonly string[];
  readonly onChange: (groups: readonly string[]) => void;
}) {
  const query = useQuery(
    () =>
      allPages(async (Marker) => {
        const answer = await iam(new ListGroupsCommand({ Marker, MaxItems: 1000 }));
        return { items: answer.Groups, marker: answer.Marker };
      }),
    [],
  );
  if (query.failure !== undefined) return <Failure failure={query.failure} />;
  return (
    <FormField label="Groups" stretch={true}>
      <Multiselect
        selectedOptions={groups.map((name) => ({ value: name, label: name }))}
        options={(query.data ?? []).map(({ GroupName = "", Path }) => ({
          value: GroupName,
          label: GroupName,
          description: Path === "/" ? "" : (Path ?? ""),
        }))}
        onChange={({ detail }) => onChange(detail.selectedOptions.map(({ value = "" }) => value))}
        statusType={query.data === undefined ? "loading" : "finished"}
        loadingText="Loading groups"
        filteringType="auto"
        filteringAriaLabel="Find groups"
        virtualScroll={true}
        placeholder="Choose groups"
        empty="This account has no groups."
      />
    </FormField>
  );
}

/** Managed policies of the account and the canned ones. */
function usePolicies() {
  return useQuery(
    () =>
      allPages(async (Marker) => {
        const answer = await iam(new ListPoliciesCommand({ Marker, MaxItems: 1000, Scope: "All" }));
        return { items: answer.Policies, marker: answer.Marker };
      }),
    [],
  );
}

const policyOption = ({ Arn = "", PolicyName = "", Description = "" }: ListedPolicy) => ({
  description: Description,
  value: Arn,
  label: PolicyName,
  tags: [policyType(Arn)],
});

interface ListedPolicy {
  readonly Arn?: string | undefined;
  readonly PolicyName?: string | undefined;
  readonly Description?: string | undefined;
}

export function PoliciesField({
  policies,
  onChange,
}: {
  readonly policies: readonly string[];
  readonly onChange: (policies: readonly string[]) => void;
}) {
  const query = usePolicies();
  if (query.failure !== undefined) return <Failure failure={query.failure} />;
  return (
    <FormField label="Policies" stretch={true}>
      <Multiselect
        selectedOptions={policies.map((arn) => ({ value: arn, label: nameOf(arn) }))}
        options={(query.data ?? []).map(policyOption)}
        onChange={({ detail }) => onChange(detail.selectedOptions.map(({ value = "" }) => value))}
        statusType={query.data === undefined ? "loading" : "finished"}
        loadingText="Loading policies"
        filteringType="auto"
        filteringAriaLabel="Find policies"
        virtualScroll={true}
        placeholder="Choose policies"
        empty="No policies."
      />
    </FormField>
  );
}

export function BoundaryField({
  boundary,
  onChange,
}: {
  readonly boundary: string | undefined;
  readonly onChange: (boundary: string | undefined) => void;
}) {
  const query = usePolicies();
  const none = { value: "", label: "No boundary" };
  if (query.failure !== undefined) return null;
  return (
    <FormField
      label="Permissions boundary"
      description="The most that the user's policies can allow. It allows nothing by itself."
      stretch={true}
    >
      <Select
        selectedOption={
          boundary === undefined ? none : { value: boundary, label: nameOf(boundary) }
        }
        options={[none, ...(query.data ?? []).map(policyOption)]}
        onChange={({ detail }) => onChange(detail.selectedOption.value || undefined)}
        statusType={query.data === undefined ? "loading" : "finished"}
        loadingText="Loading policies"
        filteringType="auto"
        filteringAriaLabel="Find policies"
        virtualScroll={true}
      />
    </FormField>
  );
}

/** Reads what another user has, and chooses all of it. */
function CopyField({ onChange }: { readonly onChange: (choice: PermissionChoice) => void }) {
  const [name, setName] = useState("");
  const [copied, setCopied] = useState<PermissionChoice>();
  const [failures, setFailures] = useState<readonly CallFailure[]>([]);
  const [isBusy, setBusy] = useState(false);

  const read = async () => {
    setBusy(true);
    setCopied(undefined);
    try {
      const permissions = await loadPermissions(name);
      setFailures(permissions.failures);
      // Without its boundary or a deny, a copy could allow more than the original.
      if (permissions.failures.length > 0) return;
      const choice = copyOf(permissions);
      setCopied(choice);
      onChange(choice);
    } catch (error) {
      setFailures([describeFailure(error)]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <SpaceBetween size="s">
      <FormField
        label="User to copy from"
        secondaryControl={
          <Button formAction="none" loading={isBusy} disabled={name === ""} onClick={read}>
            Read permissions
          </Button>
        }
      >
        <Input
          value={name}
          spellcheck={false}
          onChange={({ detail }) => setName(detail.value)}
          autoComplete="off"
        />
      </FormField>
      {failures.map((failure) => (
        <Failure key={failure.message} failure={failure} />
      ))}
      {failures.length > 0 && (
        <Box variant="small">Nothing is copied unless all of it can be read.</Box>
      )}
      {copied !== undefined && <CopiedSummary choice={copied} />}
    </SpaceBetween>
  );
}

function CopiedSummary({ choice }: { readonly choice: PermissionChoice }) {
  const parts = [
    ["Groups", choice.groups],
    ["Policies", choice.policies.map(nameOf)],
    ["Inline policies", choice.inline.map(({ name }) => name)],
    ["Boundary", choice.boundary === undefined ? [] : [nameOf(choice.boundary)]],
  ] as const;
  return (
    <Box>
      {parts.map(([label, names]) => (
        <div key={label} className="break">
          <strong>{label}:</strong> {names.join(", ") || "none"}
        </div>
      ))}
    </Box>
  );
}
