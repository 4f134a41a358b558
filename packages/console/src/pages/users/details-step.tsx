import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { PasswordFields } from "../../secrets/password-fields.tsx";
import { TagFields } from "../../tags/tag-fields.tsx";
import type { DraftProblems, UserDraft } from "./user-draft.ts";

export function DetailsStep({
  draft,
  onChange,
  problems,
}: {
  readonly draft: UserDraft;
  readonly onChange: (draft: UserDraft) => void;
  readonly problems: DraftProblems;
}) {
  const set = (part: Partial<UserDraft>) => onChange({ ...draft, ...part });
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Users</Header>}>
        <SpaceBetween size="m">
          <FormField
            label="User names"
            description="One name a line. All get the same settings."
            errorText={problems.names}
          >
            <Textarea
              value={draft.names}
              rows={3}
              spellcheck={false}
              autoFocus={true}
              placeholder="ana"
              onChange={({ detail }) => set({ names: detail.value })}
            />
          </FormField>
          <ExpandableSection headerText="Path and tags" variant="footer">
            <SpaceBetween size="m">
              <FormField
                label="Path"
                description="A place in your own hierarchy, which policies can name."
                errorText={problems.path}
              >
                <Input
                  value={draft.path}
                  spellcheck={false}
                  onChange={({ detail }) => set({ path: detail.value })}
                />
              </FormField>
              <TagFields
                tags={draft.tags}
                onChange={(tags) => set({ tags })}
                problem={problems.tags}
              />
            </SpaceBetween>
          </ExpandableSection>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Credentials</Header>}>
        <SpaceBetween size="m">
          <Checkbox
            checked={draft.canSignIn}
            description="A password, for people."
            onChange={({ detail }) => set({ canSignIn: detail.checked })}
          >
            Can sign in to the console
          </Checkbox>
          {draft.canSignIn && (
            <PasswordFields
              choice={draft.password}
              onChange={(password) => set({ password })}
              problem={problems.password}
            />
          )}
          {draft.canSignIn && draft.password.mustChange && (
            <Checkbox
              checked={draft.mayChangePassword}
              description="Attaches IAMUserChangePassword, so that the password can be changed later too."
              onChange={({ detail }) => set({ mayChangePassword: detail.checked })}
            >
              May change the own password
            </Checkbox>
          )}
          <Checkbox
            checked={draft.hasAccessKey}
            description="For programs that sign their requests."
            onChange={({ detail }) => set({ hasAccessKey: detail.checked })}
          >
            Access key
          </Checkbox>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
