import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { BASE } from "../../app/paths.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { Failure } from "../../ui/failure.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, QueryContent } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { casePolicies } from "./case-policies.ts";
import { askedKeys } from "./context-keys.ts";
import { contextOf, type Simulation, TRUST_ACTION } from "./decide.ts";
import { type LoadedSubject, loadSubject } from "./load-subject.ts";
import { isLimitedByOrganization, loadTrust } from "./load-surroundings.ts";
import { MatrixPanel } from "./matrix-panel.tsx";
import { RequestPanel } from "./request-panel.tsx";
import {
  actionProblem,
  caseOf,
  fragmentOf,
  linesOf,
  resourceProblem,
  type SimulationCase,
} from "./simulation-case.ts";
import "../../editor/editor.css";
import "./simulator.css";
import { SubjectPanel } from "./subject-panel.tsx";
import { useMatrix } from "./use-matrix.ts";

const DecisionDialog = lazy(() => import("./decision-dialog.tsx"));

/** What a principal, or pasted policies, may do: decided in the browser by the server's engine. */
export default function SimulatorPage() {
  const [value, change] = useCase();
  const session = useSession();
  const account = session === undefined ? "" : activeAccount(session);
  const { subject, documents } = value;
  const loaded = useQuery(
    () => loadSubject(subject, account),
    [subject.kind, "name" in subject ? subject.name : "", account],
  );
  return (
    <Page
      title="Simulator"
      description="Which requests would be allowed, and why. Nothing is sent to your APIs."
      actions={
        <CopyToClipboard
          copyButtonText="Copy link"
          copyButtonAriaLabel="Copy link to this case"
          copySuccessText="Link copied"
          copyErrorText="The link could not be copied"
          textToCopy={`${location.origin}${BASE}/simulator#${fragmentOf(value)}`}
        />
      }
    >
      <SubjectPanel
        subject={subject}
        documents={documents}
        onSubject={(next) => change({ subject: next })}
        onDocuments={(next) => change({ documents: next })}
      />
      <QueryContent query={loaded} what="The principal">
        {(data) => <Requests value={value} loaded={data} account={account} onChange={change} />}
      </QueryContent>
    </Page>
  );
}

/** The case, which the address keeps. A link that is followed on the page brings another one. */
function useCase(): readonly [SimulationCase, (change: Partial<SimulationCase>) => void] {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const [value, setValue] = useState(() => caseOf(hash));
  const own = useRef(hash);
  useEffect(() => {
    if (own.current === hash) return;
    own.current = hash;
    setValue(caseOf(hash));
  }, [hash]);
  const change = (part: Partial<SimulationCase>) => {
    const next = { ...value, ...part };
    setValue(next);
    own.current = `#${fragmentOf(next)}`;
    navigate({ hash: own.current }, { replace: true });
  };
  return [value, change];
}

function Requests({
  value,
  loaded,
  account,
  onChange,
}: {
  readonly value: SimulationCase;
  readonly loaded: LoadedSubject | null;
  readonly account: string;
  readonly onChange: (change: Partial<SimulationCase>) => void;
}) {
  const documents = useDeferredValue(value.documents);
  const policies = useMemo(
    () => casePolicies(loaded?.documents ?? [], loaded?.hasBoundary ?? false, documents),
    [loaded, documents],
  );
  const [actions, resources] = [linesOf(value.actions), linesOf(value.resources)];
  const surroundings = useSurroundings(actions, resources, account);
  const trust = surroundings.data?.trust;
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
  const isLimited = surroundings.data?.isLimited;
  const simulation = useMemo((): Simulation | undefined => {
    if (loaded === null || trust === undefined || isLimited === undefined) return undefined;
    const limits = policies.applicable.serviceControl !== undefined ? "no" : isLimited;
    return {
      principal: loaded.principal,
      policies,
      trust,
      context: context(value.context),
      gaps: [
        ...loaded.failures.map(({ message }) => message),
        ...(limits === "no" ? [] : [UNREAD_GUARDRAILS]),
      ],
    };
  }, [loaded, policies, trust, isLimited, context, value.context]);
  const [open, setOpen] = useState<{ readonly action: string; readonly resource: string }>();
  const isReady =
    policies.invalid.length === 0 &&
    actions.length > 0 &&
    resources.length > 0 &&
    actionProblem(actions) === undefined &&
    resourceProblem(resources) === undefined;
  const { matrix, isRunning } = useMatrix(isReady ? simulation : undefined, actions, resources);
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

/** What decides beside the principal's own policies. */
function useSurroundings(
  actions: readonly string[],
  resources: readonly string[],
  account: string,
) {
  const roles = actions.some((action) => TRUST_ACTION.test(action)) ? resources : [];
  return useQuery(async () => {
    const [trust, isLimited] = await Promise.all([
      loadTrust(roles, account),
      isLimitedByOrganization(account),
    ]);
    return { trust, isLimited };
  }, [account, ...roles]);
}

const shownValue = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.join(", ");
