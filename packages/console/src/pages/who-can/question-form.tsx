import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import type { ServiceReference } from "@portcullis/analysis";
import { type FormEvent, useMemo, useState } from "react";
import { activeAccount } from "../../session/session.ts";
import { useSession } from "../../session/session-store.ts";

interface Question {
  readonly action: string;
  readonly resource: string;
}

/** The action and the resource; suggestions come from the protected APIs' definitions. */
export function QuestionForm({
  action: askedAction,
  resource: askedResource,
  services,
  onAsk,
}: Question & {
  readonly services: readonly ServiceReference[];
  readonly onAsk: (question: Question) => void;
}) {
  const [action, setAction] = useState(askedAction);
  const [resource, setResource] = useState(askedResource);
  const [isSubmitted, setSubmitted] = useState(false);
  const session = useSession();
  const account = session === undefined ? "" : activeAccount(session);
  const isAction = /^[\w-]{1,64}:[\w-]{1,128}$/.test(action);
  const isResource =
    resource === "*" || (resource.length <= 2048 && /^arn:(?:[^:]*:){4}.+$/.test(resource));
  const actions = useMemo(
    () =>
      services.flatMap(({ Name, Actions }) =>
        (Actions ?? []).map((one) => ({ value: `${Name}:${one.Name}` })),
      ),
    [services],
  );
  const resources = useMemo(
    () => resourceOptions(services, action, account),
    [services, action, account],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (isAction && isResource) onAsk({ action, resource });
  };
  return (
    <form onSubmit={submit} noValidate={true}>
      <Container>
        <div className="question">
          <FormField
            label="Action"
            errorText={
              isSubmitted && !isAction && "Enter one action, such as orders:GetOrder, without *."
            }
          >
            <Autosuggest
              value={action}
              options={actions}
              placeholder="orders:GetOrder"
              enteredTextLabel={(value) => `Use ${value}`}
              onChange={({ detail }) => setAction(detail.value.trim())}
            />
          </FormField>
          <FormField
            label="Resource"
            errorText={isSubmitted && !isResource && "Enter the ARN of a resource, or *."}
          >
            <Autosuggest
              value={resource}
              options={resources}
              placeholder={`arn:aws:orders:us-east-1:${account}:order/1`}
              enteredTextLabel={(value) => `Use ${value}`}
              onChange={({ detail }) => setResource(detail.value.trim())}
            />
          </FormField>
          <Button variant="primary">Find out</Button>
        </div>
      </Container>
    </form>
  );
}

/** The resources of the action as its definition has them, its variables filled. */
function resourceOptions(
  services: readonly ServiceReference[],
  action: string,
  account: string,
): readonly { readonly value: string }[] {
  const [prefix = "", name = ""] = action.toLowerCase().split(":");
  const service = services.find(({ Name }) => Name.toLowerCase() === prefix);
  const found = (service?.Actions ?? []).find(({ Name }) => Name.toLowerCase() === name);
  const types = new Set((found?.Resources ?? []).map(({ Name }) => Name));
  const formats = (service?.Resources ?? [])
    .filter(({ Name }) => types.has(Name))
    .flatMap(({ ARNFormats }) => ARNFormats ?? []);
  return [...formats.map((format) => filled(format, account)), "*"].map((value) => ({ value }));
}

const VALUES: Readonly<Record<string, string>> = { partition: "aws", region: "us-east-1" };

const filled = (format: string, account: string): string =>
  format.replaceAll(/\$\{([^}]*)\}/g, (_, variable: string) => {
    const name = variable.toLowerCase();
    return name === "account" ? account : (VALUES[name] ?? "example");
  });
