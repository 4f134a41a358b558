import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { deniedPath } from "../../app/paths.ts";
import { Failure } from "../../ui/failure.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryContent } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { DecisionView } from "./decision-view.tsx";
import { type DecisionReference, findReferences } from "./find-reference.ts";
import { lookUp } from "./look-up.ts";

/** Why a request was denied: `/denied`, or `/denied/<decision or request id>`. */
export default function DeniedPage() {
  const { id } = useParams();
  const navigate = useNavigate();
  const [text, setText] = useState(id ?? "");
  const [problem, setProblem] = useState<string>();
  const [pasted, setPasted] = useState<readonly DecisionReference[]>();
  const [attempt, setAttempt] = useState(0);

  const find = () => {
    const references = findReferences(text);
    const [first] = references;
    setProblem(first === undefined ? "No ID and no encoded message is in this text." : undefined);
    if (first === undefined) return;
    const isId = references.length === 1 && "RequestId" in first;
    if (isId && first.RequestId !== id) return navigate(deniedPath(first.RequestId));
    setPasted(references);
    // The same again is looked for again: a record may be there by now.
    setAttempt(attempt + 1);
  };
  const references = pasted ?? (id === undefined ? undefined : [{ RequestId: id }]);
  return (
    <Page
      title="Why denied"
      description="What decided a request, and what would allow it."
      crumbs={[{ text: "Decisions", to: "/decisions" }]}
    >
      <Container>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            find();
          }}
        >
          <SpaceBetween size="s">
            <FormField
              label="Decision ID, request ID, encoded message, or the whole error"
              description="A request ID is in the answer's header apigw-requestid or x-amzn-requestid."
              stretch={true}
              errorText={problem}
            >
              <Textarea
                value={text}
                rows={3}
                spellcheck={false}
                autoFocus={id === undefined}
                onChange={({ detail }) => setText(detail.value)}
              />
            </FormField>
            <Button variant="primary">Find the decision</Button>
          </SpaceBetween>
        </form>
      </Container>
      {references !== undefined && <Found references={references} attempt={attempt} id={id} />}
    </Page>
  );
}

function Found({
  references,
  attempt,
  id,
}: {
  readonly references: readonly DecisionReference[];
  readonly attempt: number;
  readonly id: string | undefined;
}) {
  const navigate = useNavigate();
  const query = useQuery(
    (abortSignal) => lookUp(references, abortSignal),
    [JSON.stringify(references), attempt],
  );
  const found = query.data?.DecisionId;
  const isById = references.every((one) => "RequestId" in one && one.RequestId === id);
  useEffect(() => {
    // The address of what was found by its message can be passed on.
    if (found !== undefined && !isById) navigate(deniedPath(found), { replace: true });
  }, [found, isById, navigate]);
  if (query.failure?.kind === "missing")
    return (
      <Alert
        type="info"
        header="No such decision"
        action={<Button onClick={query.reload}>Look again</Button>}
      >
        There is none of this account, or it is no longer kept. Allowed decisions are recorded only
        while their principal is traced, and requests without valid credentials (401) belong to no
        account.
      </Alert>
    );
  if (query.failure !== undefined)
    return <Failure failure={query.failure} onRetry={query.reload} />;
  return (
    <QueryContent query={query} what="The decision">
      {(decision) => <DecisionView decision={decision} />}
    </QueryContent>
  );
}
