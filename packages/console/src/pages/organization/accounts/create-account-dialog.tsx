import {
  CreateAccountCommand,
  type CreateAccountStatus,
  DescribeCreateAccountStatusCommand,
} from "@aws-sdk/client-organizations";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { organizations } from "../../../api/clients.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { QueryContent } from "../../../ui/panel.tsx";
import { useQuery } from "../../../ui/use-query.ts";
import { WriteDialog } from "../../../writes/write-dialog.tsx";
import { RequestState } from "./request-state.tsx";
import { DEFAULT_ACCESS_ROLE, SwitchInLink } from "./switch-in-link.tsx";

/** Creates a member account and tells how that went: an answered call may still have failed. */
export function CreateAccountDialog({
  onDone,
  onClose,
}: {
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState(DEFAULT_ACCESS_ROLE);
  const [isSubmitted, setSubmitted] = useState(false);
  const [made, setMade] = useState<CreateAccountStatus>();
  const problems = problemsOf(name, email, role);
  if (made !== undefined)
    return <ResultDialog name={name} role={role} first={made} onDone={onDone} onClose={onClose} />;
  const shown = isSubmitted ? problems : undefined;
  return (
    <WriteDialog
      title="Create an account"
      confirm="Create account"
      staysOpen={true}
      writes={[
        {
          label: `Create account ${name}`,
          command: new CreateAccountCommand({
            AccountName: name,
            Email: email,
            ...(role === DEFAULT_ACCESS_ROLE ? {} : { RoleName: role }),
          }),
          onDone: ({ CreateAccountStatus }: { CreateAccountStatus?: CreateAccountStatus }) =>
            setMade(CreateAccountStatus ?? {}),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return problems.name ?? problems.email ?? problems.role;
      }}
      onClose={onClose}
    >
      <FormField label="Account name" errorText={shown?.name}>
        <Input value={name} autoFocus={true} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField
        label="E-mail address of the root user"
        description="No other account of the installation may have it."
        errorText={shown?.email}
      >
        <Input
          value={email}
          type="email"
          spellcheck={false}
          autoComplete="off"
          onChange={({ detail }) => setEmail(detail.value.trim())}
        />
      </FormField>
      <FormField
        label="Role for access from this account"
        description="It trusts this account and may do everything in the new one."
        errorText={shown?.role}
      >
        <Input
          value={role}
          spellcheck={false}
          onChange={({ detail }) => setRole(detail.value.trim())}
        />
      </FormField>
    </WriteDialog>
  );
}

const problemsOf = (name: string, email: string, role: string) => ({
  name: /^[ -~]{1,50}$/.test(name)
    ? undefined
    : "A name has 1 to 50 letters of the English alphabet, digits, spaces and punctuation.",
  email:
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && email.length >= 6 && email.length <= 64
      ? undefined
      : "Enter an e-mail address of 6 to 64 characters.",
  role: /^[\w+=,.@-]{1,64}$/.test(role)
    ? undefined
    : "A role name has up to 64 letters, digits, and + = , . @ _ -",
});

const WAIT_MILLISECONDS = 1000;
const ATTEMPTS = 60;

/** Asks until the request is over. */
async function finalStatus(
  first: CreateAccountStatus,
  abortSignal: AbortSignal,
): Promise<CreateAccountStatus> {
  let status = first;
  for (let attempt = 0; status.State === "IN_PROGRESS" && attempt < ATTEMPTS; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
    const { CreateAccountStatus } = await organizations(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: first.Id }),
      { abortSignal },
    );
    status = CreateAccountStatus ?? status;
  }
  return status;
}

function ResultDialog({
  name,
  role,
  first,
  onDone,
  onClose,
}: {
  readonly name: string;
  readonly role: string;
  readonly first: CreateAccountStatus;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const query = useQuery((abortSignal) => finalStatus(first, abortSignal), [first.Id]);
  const close = () => {
    onDone();
    onClose();
  };
  return (
    <Dialog
      title={`Account ${name}`}
      onClose={close}
      buttons={
        <Button variant="primary" onClick={close}>
          Close
        </Button>
      }
    >
      <QueryContent query={query} what="The state of the request">
        {(status) => (
          <SpaceBetween size="s">
            <RequestState status={status} />
            {status.AccountId !== undefined && (
              <>
                <span>
                  Its ID is <strong>{status.AccountId}</strong>. It begins in the root: move it to
                  its unit from there.
                </span>
                <SwitchInLink id={status.AccountId} name={name} roleName={role} />
              </>
            )}
          </SpaceBetween>
        )}
      </QueryContent>
    </Dialog>
  );
}
