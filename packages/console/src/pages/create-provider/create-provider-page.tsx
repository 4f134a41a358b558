import { CreateOpenIDConnectProviderCommand, CreateSAMLProviderCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ShowAsCli } from "../../cli/show-as-cli.tsx";
import { MetadataField } from "../../trust/metadata-field.tsx";
import { linesOf, thumbprintProblem } from "../../trust/thumbprints.ts";
import { entityNameProblem } from "../../ui/entity-name.ts";
import { useNotify } from "../../ui/notifications.tsx";
import { Page } from "../../ui/page.tsx";
import { useWrites, type Write } from "../../writes/use-writes.ts";
import { WriteProgress } from "../../writes/write-progress.tsx";

interface ProviderDraft {
  readonly type: "OIDC" | "SAML";
  readonly url: string;
  /** One a line. */
  readonly audiences: string;
  readonly thumbprints: string;
  readonly name: string;
  readonly metadata: string;
}

const EMPTY: ProviderDraft = {
  type: "OIDC",
  url: "https://",
  audiences: "",
  thumbprints: "",
  name: "",
  metadata: "",
};

export default function CreateProviderPage() {
  const navigate = useNavigate();
  const notify = useNotify();
  const run = useWrites();
  const [draft, setDraft] = useState(EMPTY);
  const [isSubmitted, setSubmitted] = useState(false);
  const set = (part: Partial<ProviderDraft>) => setDraft({ ...draft, ...part });
  const problems = isSubmitted ? problemsOf(draft) : {};
  const write = creation(draft);
  const submit = async () => {
    setSubmitted(true);
    if (Object.values(problemsOf(draft)).some((problem) => problem !== undefined)) return;
    if (!(await run.run([write]))) return;
    notify({ type: "success", content: "Created the provider." });
    navigate("/providers");
  };
  return (
    <Page
      title="Create identity provider"
      crumbs={[{ text: "Identity providers", to: "/providers" }]}
    >
      <Container>
        <SpaceBetween size="m">
          <FormField label="Type" stretch={true}>
            <RadioGroup
              value={draft.type}
              onChange={({ detail }) => set({ type: detail.value as ProviderDraft["type"] })}
              items={[
                {
                  value: "OIDC",
                  label: "OpenID Connect",
                  description: "Tokens of Google, GitHub Actions, GitLab, Kubernetes, Auth0.",
                },
                {
                  value: "SAML",
                  label: "SAML 2.0",
                  description: "A company's sign-in, such as Okta, Entra ID or Keycloak.",
                },
              ]}
            />
          </FormField>
          {draft.type === "OIDC" ? (
            <SpaceBetween size="m">
              <FormField
                label="Provider URL"
                description="The issuer, as it is in the tokens."
                errorText={problems.url}
              >
                <Input
                  value={draft.url}
                  type="url"
                  spellcheck={false}
                  onChange={({ detail }) => set({ url: detail.value.trim() })}
                />
              </FormField>
              <FormField
                label="Audiences"
                description="One a line. Tokens for others are refused."
                errorText={problems.audiences}
              >
                <Textarea
                  value={draft.audiences}
                  rows={3}
                  spellcheck={false}
                  onChange={({ detail }) => set({ audiences: detail.value })}
                />
              </FormField>
              <FormField
                label="Thumbprints (optional)"
                description="SHA-1 of a certificate, one a line: for a provider whose certificate no public authority signed."
                errorText={problems.thumbprints}
              >
                <Textarea
                  value={draft.thumbprints}
                  rows={2}
                  spellcheck={false}
                  onChange={({ detail }) => set({ thumbprints: detail.value })}
                />
              </FormField>
            </SpaceBetween>
          ) : (
            <SpaceBetween size="m">
              <FormField label="Provider name" errorText={problems.name}>
                <Input
                  value={draft.name}
                  spellcheck={false}
                  onChange={({ detail }) => set({ name: detail.value })}
                />
              </FormField>
              <MetadataField
                metadata={draft.metadata}
                problem={problems.metadata}
                onChange={(metadata) => set({ metadata })}
              />
            </SpaceBetween>
          )}
          <WriteProgress writes={run} />
          <ShowAsCli commands={[write.command]} />
        </SpaceBetween>
      </Container>
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="primary" loading={run.isRunning} onClick={submit}>
          Create provider
        </Button>
        <Button onClick={() => navigate("/providers")}>Cancel</Button>
      </SpaceBetween>
    </Page>
  );
}

type Problems = Readonly<Partial<Record<Exclude<keyof ProviderDraft, "type">, string | undefined>>>;

function problemsOf(draft: ProviderDraft): Problems {
  if (draft.type === "SAML")
    return {
      name: /^[\w.-]{1,128}$/.test(draft.name)
        ? undefined
        : (entityNameProblem(draft.name, 128) ?? "A name has letters, digits, and . _ -"),
      metadata: draft.metadata.trim() === "" ? "Choose or paste the metadata." : undefined,
    };
  const audiences = linesOf(draft.audiences);
  return {
    url: /^https:\/\/[^/?#\s]+[^?#\s]*$/.test(draft.url)
      ? undefined
      : "Enter an address that begins with https://.",
    audiences: audiences.length === 0 ? "Enter an audience." : undefined,
    thumbprints: thumbprintProblem(linesOf(draft.thumbprints)),
  };
}

function creation({ type, url, audiences, thumbprints, name, metadata }: ProviderDraft): Write {
  const ThumbprintList = linesOf(thumbprints);
  const command =
    type === "SAML"
      ? new CreateSAMLProviderCommand({ Name: name, SAMLMetadataDocument: metadata })
      : new CreateOpenIDConnectProviderCommand({
          Url: url,
          ClientIDList: linesOf(audiences),
          ...(ThumbprintList.length === 0 ? {} : { ThumbprintList }),
        });
  return { label: "Create the provider", command };
}
