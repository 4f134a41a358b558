import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { type CallFailure, describeFailure } from "../../api/errors.ts";
import { useSession } from "../../session/session-store.ts";
import { ROLE_COLORS, roleChoiceOf, shownName, switchRole } from "../../session/switch-role.ts";
import { Failure } from "../../ui/failure.tsx";
import { Page } from "../../ui/page.tsx";

/** Switch role; a link fills the form in: `?account=&roleName=&displayName=&color=`. */
export default function SwitchRolePage() {
  const [params] = useSearchParams();
  const session = useSession();
  const navigate = useNavigate();
  const [choice, setChoice] = useState(() => roleChoiceOf(params));
  const [failure, setFailure] = useState<CallFailure>();
  const [isBusy, setBusy] = useState(false);
  const [isSubmitted, setSubmitted] = useState(false);
  const isRoot = session?.identity.kind === "root";
  const isAccount = /^\d{12}$/.test(choice.account);
  const isRole = /^[\w+=,.@/-]{1,512}$/.test(choice.roleName);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (isBusy || !isAccount || !isRole) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await switchRole(choice);
      navigate("/");
    } catch (error) {
      setFailure(describeFailure(error));
      setBusy(false);
    }
  };

  return (
    <Page
      title="Switch role"
      description="Act with a role's permissions, in this account or another. Your own permissions rest until you switch back."
    >
      {isRoot && (
        <Alert type="info">
          The root user can&apos;t assume roles. Sign in as a user to switch to a role.
        </Alert>
      )}
      <form onSubmit={submit} noValidate={true}>
        <Form
          actions={
            <Button variant="primary" loading={isBusy} disabled={isRoot}>
              Switch role
            </Button>
          }
        >
          <Container>
            <SpaceBetween size="m">
              {failure !== undefined && <Failure failure={failure} />}
              <FormField
                label="Account ID"
                errorText={isSubmitted && !isAccount ? "An account ID has 12 digits." : undefined}
              >
                <Input
                  value={choice.account}
                  inputMode="numeric"
                  onChange={({ detail }) => setChoice({ ...choice, account: detail.value.trim() })}
                />
              </FormField>
              <FormField
                label="Role name"
                constraintText="With its path, when it has one: division/auditor."
                errorText={isSubmitted && !isRole ? "Enter the role's name." : undefined}
              >
                <Input
                  value={choice.roleName}
                  spellcheck={false}
                  onChange={({ detail }) => setChoice({ ...choice, roleName: detail.value.trim() })}
                />
              </FormField>
              <FormField
                label={
                  <>
                    Display name <i>- optional</i>
                  </>
                }
                description="Shown in the bar while you act with the role."
              >
                <Input
                  value={choice.displayName}
                  placeholder={choice.roleName === "" ? "" : shownName(choice)}
                  onChange={({ detail }) => setChoice({ ...choice, displayName: detail.value })}
                />
              </FormField>
              <FormField label="Color of the bar">
                <RadioGroup
                  value={choice.color}
                  direction="horizontal"
                  onChange={({ detail }) => setChoice({ ...choice, color: detail.value })}
                  items={Object.entries(ROLE_COLORS).map(([value, name]) => ({
                    value,
                    label: (
                      <span className="swatch" style={{ backgroundColor: `#${value}` }}>
                        {name}
                      </span>
                    ),
                  }))}
                />
              </FormField>
            </SpaceBetween>
          </Container>
        </Form>
      </form>
    </Page>
  );
}
