import { GetOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { lazy, Suspense } from "react";
import { iam } from "../../api/clients.ts";
import { DOCUMENT_QUOTAS } from "../../documents/quotas.ts";
import { oidcProviders, samlProviders } from "../../trust/providers.ts";
import { type TrustDraft, type TrustProblems, trustDocument } from "../../trust/trust-draft.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Failure } from "../../ui/failure.tsx";
import { RouterLink } from "../../ui/router-link.tsx";
import { useQuery } from "../../ui/use-query.ts";

const PolicyEditor = lazy(() => import("../../editor/policy-editor.tsx"));

interface StepProps {
  readonly draft: TrustDraft;
  readonly onChange: (draft: TrustDraft) => void;
  readonly problems: TrustProblems;
}

/** Who may assume the role. */
export function TrustStep({ draft, onChange, problems }: StepProps) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Who may assume the role</Header>}>
        <SpaceBetween size="m">
          <FormField label="Trusted by" stretch={true}>
            <RadioGroup
              value={draft.way}
              onChange={({ detail }) => {
                const way = detail.value as TrustDraft["way"];
                const custom = way === "custom" ? trustDocument(draft) : draft.custom;
                onChange({ ...draft, way, custom, provider: "" });
              }}
              items={[
                {
                  value: "account",
                  label: "An account",
                  description: "Its users and roles, this account's or another one's.",
                },
                {
                  value: "webIdentity",
                  label: "Web identity",
                  description: "People or programs with a token of an OIDC provider.",
                },
                {
                  value: "saml",
                  label: "SAML",
                  description: "People who sign in at your company's identity provider.",
                },
                { value: "custom", label: "Custom", description: "A trust policy of your own." },
              ]}
            />
          </FormField>
          {draft.way === "account" && (
            <AccountFields draft={draft} onChange={onChange} problems={problems} />
          )}
          {(draft.way === "webIdentity" || draft.way === "saml") && (
            <ProviderFields key={draft.way} draft={draft} onChange={onChange} problems={problems} />
          )}
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Trust policy</Header>}>
        {draft.way === "custom" ? (
          <Suspense fallback={<StatusIndicator type="loading">Loading the editor</StatusIndicator>}>
            <PolicyEditor
              kind="trust"
              value={draft.custom}
              label="Trust policy"
              quota={DOCUMENT_QUOTAS.trust}
              onChange={(custom) => onChange({ ...draft, custom })}
            />
          </Suspense>
        ) : (
          <CodeBlock text={trustDocument(draft)} what="Trust policy" />
        )}
      </Container>
    </SpaceBetween>
  );
}

function AccountFields({ draft, onChange, problems }: StepProps) {
  return (
    <SpaceBetween size="m">
      <FormField
        label="Account or principal"
        description="An account's ID, or the ARN of one user or role."
        errorText={problems.account}
      >
        <Input
          value={draft.account}
          spellcheck={false}
          onChange={({ detail }) => onChange({ ...draft, account: detail.value.trim() })}
        />
      </FormField>
      <FormField
        label="External ID (optional)"
        description="For another company's account: it must send this with each call, so that nobody else can use it to get in."
        errorText={problems.externalId}
      >
        <Input
          value={draft.externalId}
          spellcheck={false}
          onChange={({ detail }) => onChange({ ...draft, externalId: detail.value })}
        />
      </FormField>
      <Checkbox
        checked={draft.needsMfa}
        description="Only whoever signed in with a code may assume the role."
        onChange={({ detail }) => onChange({ ...draft, needsMfa: detail.checked })}
      >
        Require MFA
      </Checkbox>
    </SpaceBetween>
  );
}

function ProviderFields({ draft, onChange, problems }: StepProps) {
  const isSaml = draft.way === "saml";
  const providers = useQuery(isSaml ? samlProviders : oidcProviders, [draft.way]);
  const audiences = useQuery(
    async (abortSignal) => {
      if (isSaml || draft.provider === "") return [];
      const command = new GetOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: draft.provider,
      });
      return (await iam(command, { abortSignal })).ClientIDList ?? [];
    },
    [isSaml, draft.provider],
  );
  if (providers.failure !== undefined)
    return <Failure failure={providers.failure} onRetry={providers.reload} />;
  return (
    <SpaceBetween size="m">
      <FormField label="Identity provider" errorText={problems.provider}>
        <Select
          selectedOption={
            (providers.data ?? [])
              .filter(({ arn }) => arn === draft.provider)
              .map(({ arn, name }) => ({ value: arn, label: name }))[0] ?? null
          }
          options={(providers.data ?? []).map(({ arn, name }) => ({ value: arn, label: name }))}
          onChange={({ detail }) =>
            onChange({ ...draft, provider: detail.selectedOption.value ?? "", audience: "" })
          }
          statusType={providers.data === undefined ? "loading" : "finished"}
          loadingText="Loading providers"
          placeholder="Choose a provider"
          empty="This account has no such provider."
        />
      </FormField>
      {providers.data?.length === 0 && (
        <RouterLink to="/create-provider">Create an identity provider</RouterLink>
      )}
      {!isSaml && (
        <SpaceBetween size="m">
          <FormField
            label="Audience"
            description="Whom the provider made the token for."
            errorText={problems.audience}
          >
            <Autosuggest
              value={draft.audience}
              options={(audiences.data ?? []).map((value) => ({ value }))}
              enteredTextLabel={(value) => `Use ${value}`}
              ariaLabel="Audience"
              onChange={({ detail }) => onChange({ ...draft, audience: detail.value })}
            />
          </FormField>
          <FormField
            label="Subject (optional)"
            description="Whose token it is, such as repo:acme/shop:ref:refs/heads/main. * stands for any letters. Empty: everybody with this audience."
          >
            <Input
              value={draft.subject}
              spellcheck={false}
              onChange={({ detail }) => onChange({ ...draft, subject: detail.value.trim() })}
            />
          </FormField>
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
