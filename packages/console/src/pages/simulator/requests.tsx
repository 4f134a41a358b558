import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useDeferredValue, useMemo, useState } from "react";
import { Failure } from "../../ui/failure.tsx";
import { Empty, QueryContent } from "../../ui/panel.tsx";
import type { Query } from "../../ui/use-query.ts";
import { casePolicies } from "./case-policies.ts";
import { askedKeys } from "./context-keys.ts";
import { contextOf, type Simulation } from "./decide.ts";
import type { LoadedSubject } from "./load-subject.ts";
import type { Surroundings } from "./load-surroundings.ts";
import { MatrixPanel } from "./matrix-panel.tsx";
import { RequestPanel } from "./request-panel.tsx";
import { actionProblem, linesOf, resourceProblem, type SimulationCase } from "./simulation-case.ts";
import { type TestFileData, testFileOf } from "./test-file.ts";
import { useMatrix } from "./use-matrix.ts";
import "../../editor/editor.css";
import "./simulator.css";

const DecisionDialog = lazy(() => import("./decision-dialog.tsx"));

/** The requests of a case, and the decisions about them. */
export function Requests({
  value,
  loaded,
  surroundings,
  onChange,
  onSave,
}: {
  readonly value: SimulationCase;
  readonly loaded: LoadedSubject | null;
  readonly surroundings: Query<Surroundings>;
  readonly onChange: (change: Partial<SimulationCase>) => void;
  /** Takes the case as a test file. */
  readonly onSave: (file: TestFileData) => void;
}) {
  const documents = useDeferredValue(value.documents);
  const { trust, guardrails } = surroundings.data ?? {};
  const policies = useMemo(() => {
    const limits = guardrails?.kind === "levels" ? guardrails.documents : [];
    const own = [...(loaded?.documents ?? []), ...limits];
    return casePolicies(own, loaded?.hasBoundary ?? false, documents);
  }, [loaded, guardrails, documents]);
  const [actions, resources] = [linesOf(value.actions), linesOf(value.resources)];
  const keys = useMemo(
    () =>
      askedKeys(
        [...policies.all, ...(trust?.values() ?? [])].map(({ compiled }) => compiled.policy),
      ),
    [policies, trust],
  );
  const [now] = useState(() => new Date());
  const context = useMemo(() => {
    const lists = new Set(keys.filter(({ input }) => input === "list").map(({ key }) => key));
    const principal = loaded?.principal ?? ({ type: "Anonymous" } as const);
    const tags = loaded?.tags ?? [];
    return (typed: SimulationCase["context"]) =>
      contextOf(principal, tags, typed, (key) => lists.has(key), now);
  }, [loaded, keys, now]);
  const given = useMemo(() => context({}), [context]);
  const simulation = useMemo((): Simulation | undefined => {
    if (loaded === null || trust === undefined || guardrails === undefined) return undefined;
    const hasLimits = policies.applicable.serviceControl !== undefined;
    const isUnread = guardrails.kind === "unread" && !hasLimits;
    const names = guardrails.kind === "levels" ? guardrails.names : [];
    return {
      principal: loaded.principal,
      policies,
      trust,
      context: context(value.context),
      gaps: [
        ...loaded.failures.map(({ message }) => message),
        ...(isUnread ? [UNREAD_GUARDRAILS] : []),
      ],
      levels: [...names, "pasted"],
    };
  }, [loaded, policies, trust, guardrails, context, value.context]);
  const [open, setOpen] = useState<{ readonly action: string; readonly resource: string }>();
  const isReady =
    policies.invalid.length === 0 &&
    actions.length > 0 &&
    resources.length > 0 &&
    actionProblem(actions) === undefined &&
    resourceProblem(resources) === undefined;
  const { matrix, isRunning } = useMatrix(isReady ? simulation : undefined, actions, resources);
  const save = () => {
    if (simulation === undefined) return;
    const asked = keys.map(({ key }) => key);
    const tags = loaded?.tags ?? [];
    onSave(testFileOf({ simulation, matrix, actions, resources, asked, tags, now }));
  };
  return (
    <SpaceBetween size="l">
      {loaded?.failures.map((failure) => (
        <Failure key={`${failure.code} ${failure.message}`} failure={failure} />
      ))}
      <RequestPanel
        value={value}
        keys={keys}
        given={(key) => shownValue(given.get(key))}
        onChange={onChange}
      />
      {isReady && loaded !== null ? (
        <QueryContent query={surroundings} what="What else decides">
          {() => (
            <MatrixPanel
              matrix={matrix}
              isRunning={isRunning}
              actions={actions}
              resources={resources}
              onOpen={(action, resource) => setOpen({ action, resource })}
              onSave={save}
            />
          )}
        </QueryContent>
      ) : (
        <Container header={<Header variant="h2">Decisions</Header>}>
          {policies.invalid.length > 0 ? (
            <Alert type="error" header="Not all documents are valid">
              Nothing is decided until they are: {policies.invalid.join(", ")}.
            </Alert>
          ) : (
            <Empty>Choose a principal, and type actions and resources.</Empty>
          )}
        </Container>
      )}
      {open !== undefined && simulation !== undefined && isReady && (
        <Suspense fallback={<StatusIndicator type="loading">Loading the reasons</StatusIndicator>}>
          <DecisionDialog {...open} simulation={simulation} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </SpaceBetween>
  );
}

const UNREAD_GUARDRAILS =
  "The service control policies of the organization can't be read from this account. " +
  "Paste them to have them decide.";

const shownValue = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.join(", ");
