import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { BASE } from "../../app/paths.ts";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";
import { Page } from "../../ui/page.tsx";
import { QueryContent } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { TRUST_ACTION } from "./decide.ts";
import { loadSubject } from "./load-subject.ts";
import { loadGuardrails, loadTrust, type Surroundings } from "./load-surroundings.ts";
import { Requests } from "./requests.tsx";
import { SaveTestDialog } from "./save-test-dialog.tsx";
import { caseOf, fragmentOf, linesOf, type SimulationCase } from "./simulation-case.ts";
import { SubjectPanel } from "./subject-panel.tsx";
import type { TestFileData } from "./test-file.ts";

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
  const surroundings = useSurroundings(linesOf(value.actions), linesOf(value.resources), account);
  const [saved, setSaved] = useState<TestFileData>();
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
        {(data) => (
          <Requests
            value={value}
            loaded={data}
            surroundings={surroundings}
            onChange={change}
            onSave={setSaved}
          />
        )}
      </QueryContent>
      {saved !== undefined && <SaveTestDialog file={saved} onClose={() => setSaved(undefined)} />}
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

/** What decides beside the principal's own policies. */
function useSurroundings(
  actions: readonly string[],
  resources: readonly string[],
  account: string,
) {
  const roles = actions.some((action) => TRUST_ACTION.test(action)) ? resources : [];
  return useQuery(async (): Promise<Surroundings> => {
    const [trust, guardrails] = await Promise.all([
      loadTrust(roles, account),
      loadGuardrails(account),
    ]);
    return { trust, guardrails };
  }, [account, ...roles]);
}
