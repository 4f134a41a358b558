import Alert from "@cloudscape-design/components/alert";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import type { Statement } from "@portcullis/policy";
import { useDeferredValue, useMemo, useState } from "react";
import {
  type BoundaryCut,
  concernsAction,
  type EffectiveStatement,
  effectiveStatements,
} from "../../../permissions/effective-statements.ts";
import type { UserPermissions } from "../../../permissions/permission-sources.ts";
import { Empty, Panel } from "../../../ui/panel.tsx";
import type { Query } from "../../../ui/use-query.ts";

/**
 * The statements of all policies together, each with its origin and what the boundary leaves of it.
 */
export function EffectivePanel({ query }: { readonly query: Query<UserPermissions> }) {
  return (
    <Panel
      title="Effective permissions"
      description="Every statement that applies. A Deny wins over every Allow; service control policies of the organization can deny more."
      query={query}
      isEmpty={({ sources }) => sources.length === 0}
      empty={
        query.data?.failures.length === 0
          ? "No policy applies, so every request is denied."
          : "Not known: the policies can't be read."
      }
    >
      {(permissions) => <Statements permissions={permissions} />}
    </Panel>
  );
}

function Statements({ permissions }: { readonly permissions: UserPermissions }) {
  const [action, setAction] = useState("");
  const typed = useDeferredValue(action.trim());
  const statements = useMemo(() => effectiveStatements(permissions), [permissions]);
  const shown = useMemo(
    () => statements.filter(({ statement }) => typed === "" || concernsAction(statement, typed)),
    [statements, typed],
  );
  const hasBoundary = permissions.boundary !== undefined;
  return (
    <SpaceBetween size="s">
      {permissions.failures.length > 0 && (
        <Alert type="warning">
          Not everything could be read: there may be more statements, and a boundary.
        </Alert>
      )}
      <Input
        type="search"
        value={action}
        ariaLabel="Find statements by action"
        placeholder="An action, such as orders:GetOrder or iam:*"
        clearAriaLabel="Clear"
        onChange={({ detail }) => setAction(detail.value)}
      />
      <Table
        variant="embedded"
        items={shown}
        trackBy="id"
        wrapLines={true}
        ariaLabels={{ tableLabel: "Effective permissions" }}
        empty={<Empty>{typed === "" ? "No statement." : `No statement is about ${typed}.`}</Empty>}
        columnDefinitions={[
          {
            id: "effect",
            header: "Effect",
            minWidth: 90,
            cell: ({ statement: { effect } }) => (
              <Badge color={effect === "Allow" ? "green" : "red"}>{effect}</Badge>
            ),
          },
          {
            id: "action",
            header: "Actions",
            minWidth: 260,
            cell: ({ statement }) => <Patterns element={statement.action} />,
          },
          {
            id: "resource",
            header: "Resources",
            minWidth: 200,
            cell: ({ statement }) => <Patterns element={statement.resource} />,
          },
          {
            id: "condition",
            header: "Conditions",
            minWidth: 160,
            cell: ({ statement }) => <Conditions statement={statement} />,
          },
          {
            id: "origin",
            header: "Origin",
            minWidth: 140,
            cell: ({ source }) => <OriginText source={source} />,
          },
          ...(hasBoundary
            ? [
                {
                  id: "boundary",
                  header: "Boundary",
                  minWidth: 140,
                  cell: ({ cut }: EffectiveStatement) => <Cut cut={cut} />,
                },
              ]
            : []),
        ]}
      />
    </SpaceBetween>
  );
}

const SHOWN_PATTERNS = 5;

function Patterns({ element }: { readonly element: Statement["resource"] }) {
  if (element === undefined) return null;
  const more = element.patterns.length - SHOWN_PATTERNS;
  return (
    <div className="break">
      {element.match === "except" && <em>All except:</em>}
      {element.patterns.slice(0, SHOWN_PATTERNS).map((pattern) => (
        <div key={pattern}>{pattern}</div>
      ))}
      {more > 0 && <Box color="text-body-secondary">and {more} more</Box>}
    </div>
  );
}

function Conditions({ statement: { condition } }: { readonly statement: Statement }) {
  if (condition.length === 0) return <>None</>;
  return (
    <div className="break">
      {condition.map(({ operator, key, values }) => (
        <div key={`${operator}/${key}`}>
          {operator} {key}: {values.join(", ")}
        </div>
      ))}
    </div>
  );
}

function OriginText({ source: { policyName, origin } }: Pick<EffectiveStatement, "source">) {
  return (
    <span className="break">
      {policyName}
      {origin.kind === "group" ? `, by group ${origin.name}` : ", direct"}
    </span>
  );
}

const CUTS: Readonly<
  Record<BoundaryCut, { type: "success" | "warning" | "stopped"; words: string }>
> = {
  within: { type: "success", words: "Not cut" },
  partly: { type: "warning", words: "Cut in part" },
  outside: { type: "stopped", words: "Cut entirely" },
};

function Cut({ cut }: { readonly cut: BoundaryCut | undefined }) {
  if (cut === undefined) return <>–</>;
  return <StatusIndicator type={CUTS[cut].type}>{CUTS[cut].words}</StatusIndicator>;
}
