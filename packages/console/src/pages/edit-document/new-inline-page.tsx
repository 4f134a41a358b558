import Button from "@cloudscape-design/components/button";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { useNavigate } from "react-router";
import { editInline, type HolderKind } from "../../documents/addresses.ts";
import { HOLDERS } from "../../documents/holders.ts";
import { entityNameProblem } from "../../ui/entity-name.ts";
import { Page } from "../../ui/page.tsx";

/** A new inline policy begins with its name. */
export function NewInlinePage({
  kind,
  name,
}: {
  readonly kind: HolderKind;
  readonly name: string;
}) {
  const navigate = useNavigate();
  const [policy, setPolicy] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const problem = entityNameProblem(policy, 128);
  const holder = HOLDERS[kind];
  return (
    <Page
      title={`Create an inline policy of ${kind} ${name}`}
      crumbs={[holder.list, { text: name, to: holder.page(name) }]}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setSubmitted(true);
          if (problem === undefined) navigate(editInline(kind, name, policy));
        }}
      >
        <Form
          actions={
            <>
              <Button variant="link" formAction="none" onClick={() => navigate(holder.page(name))}>
                Cancel
              </Button>
              <Button variant="primary">Write the document</Button>
            </>
          }
        >
          <FormField
            label="Policy name"
            description={`It belongs to this ${kind} alone, and goes with it.`}
            errorText={isSubmitted && problem}
          >
            <Input
              value={policy}
              spellcheck={false}
              autoFocus={true}
              onChange={({ detail }) => setPolicy(detail.value)}
            />
          </FormField>
        </Form>
      </form>
    </Page>
  );
}
