import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { ContextField } from "./context-field.tsx";
import type { AskedKey } from "./context-keys.ts";
import { actionProblem, linesOf, resourceProblem, type SimulationCase } from "./simulation-case.ts";

/** Actions, resources, and a field for each context key that the policies ask for. */
export function RequestPanel({
  value: { actions, resources, context },
  keys,
  given,
  onChange,
}: {
  readonly value: SimulationCase;
  readonly keys: readonly AskedKey[];
  /** Values that requests have when nothing is typed, by key in lower case. */
  readonly given: (key: string) => string | undefined;
  readonly onChange: (
    change: Partial<Pick<SimulationCase, "actions" | "resources" | "context">>,
  ) => void;
}) {
  return (
    <Container header={<Header variant="h2">Requests</Header>}>
      <SpaceBetween size="m">
        <FormField
          label="Actions"
          description="One a line, such as iam:GetUser."
          stretch={true}
          errorText={actionProblem(linesOf(actions))}
        >
          <Textarea
            value={actions}
            rows={4}
            spellcheck={false}
            placeholder="orders:GetOrder"
            onChange={({ detail }) => onChange({ actions: detail.value })}
          />
        </FormField>
        <FormField
          label="Resources"
          description="ARNs, one a line; * for actions that have none."
          stretch={true}
          errorText={resourceProblem(linesOf(resources))}
        >
          <Textarea
            value={resources}
            rows={2}
            spellcheck={false}
            onChange={({ detail }) => onChange({ resources: detail.value })}
          />
        </FormField>
        {keys.length > 0 && (
          <SpaceBetween size="s">
            <Header
              variant="h3"
              description="The policies ask for these. A key without a value is not in the request."
            >
              Context keys
            </Header>
            <div className="context-keys">
              {keys.map((asked) => (
                <ContextField
                  key={asked.key}
                  asked={asked}
                  values={context[asked.key]}
                  given={given(asked.key)}
                  onChange={(values) => {
                    const { [asked.key]: _, ...others } = context;
                    onChange({
                      context: values === undefined ? others : { ...others, [asked.key]: values },
                    });
                  }}
                />
              ))}
            </div>
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Container>
  );
}
