import { ChangePasswordCommand } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { WriteDialog } from "../../writes/write-dialog.tsx";

export function OwnPasswordPanel() {
  const [isChanging, setChanging] = useState(false);
  return (
    <>
      <Container
        header={
          <Header
            variant="h2"
            actions={<Button onClick={() => setChanging(true)}>Change password</Button>}
          >
            Password
          </Header>
        }
      >
        The password that you sign in to this console with.
      </Container>
      {isChanging && <ChangeDialog onClose={() => setChanging(false)} />}
    </>
  );
}

function ChangeDialog({ onClose }: { readonly onClose: () => void }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [repeated, setRepeated] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const problems = {
    old: old === "" ? "Enter the password that you have now." : undefined,
    fresh: fresh === "" ? "Enter a new password." : undefined,
    repeated: fresh === repeated ? undefined : "The two passwords differ.",
  };
  const field = (
    label: string,
    value: string,
    set: (value: string) => void,
    problem: string | undefined,
    autoComplete: string,
  ) => (
    <FormField label={label} errorText={isSubmitted ? problem : undefined}>
      <Input
        type="password"
        value={value}
        autoComplete={autoComplete}
        onChange={({ detail }) => set(detail.value)}
      />
    </FormField>
  );
  return (
    <WriteDialog
      title="Change your password"
      confirm="Change"
      writes={[
        {
          label: "Change the password",
          command: new ChangePasswordCommand({ OldPassword: old, NewPassword: fresh }),
        },
      ]}
      problem={() => {
        setSubmitted(true);
        return problems.old ?? problems.fresh ?? problems.repeated;
      }}
      done="Changed your password."
      onClose={onClose}
    >
      {field("Old password", old, setOld, problems.old, "current-password")}
      {field("New password", fresh, setFresh, problems.fresh, "new-password")}
      {field("New password again", repeated, setRepeated, problems.repeated, "new-password")}
    </WriteDialog>
  );
}
