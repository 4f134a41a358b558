import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { Copyable } from "../ui/copyable.tsx";
import { downloadCsv } from "../ui/csv.ts";

/** What was made for a user and can't be read again. */
export interface Secrets {
  readonly userName: string;
  readonly password?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
}

const COLUMNS = [
  "User name",
  "Password",
  "Access key ID",
  "Secret access key",
  "Console sign-in URL",
] as const;

/** Secrets, once: hidden until asked for, to copy or to save as .csv. */
export function SecretsView({
  secrets,
  signInLink,
}: {
  readonly secrets: readonly Secrets[];
  readonly signInLink: string;
}) {
  const [isShown, setShown] = useState(false);
  const save = () =>
    downloadCsv("credentials.csv", [
      COLUMNS,
      ...secrets.map(
        ({ userName, password = "", accessKeyId = "", secretAccessKey = "" }) =>
          [
            userName,
            { exact: password },
            accessKeyId,
            { exact: secretAccessKey },
            signInLink,
          ] as const,
      ),
    ]);
  return (
    <SpaceBetween size="m">
      <Alert type="warning">
        This is the only time that the secrets are shown. Hand them over by a safe way.
      </Alert>
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="download" formAction="none" onClick={save}>
          Download .csv
        </Button>
        <Button formAction="none" onClick={() => setShown(!isShown)}>
          {isShown ? "Hide secrets" : "Show secrets"}
        </Button>
      </SpaceBetween>
      {secrets.map((one) => (
        <KeyValuePairs
          key={one.userName}
          columns={2}
          minColumnWidth={260}
          items={itemsOf(one, signInLink, isShown)}
        />
      ))}
    </SpaceBetween>
  );
}

function itemsOf(
  { userName, password, accessKeyId, secretAccessKey }: Secrets,
  signInLink: string,
  isShown: boolean,
) {
  const hidden = (secret: string, what: string) =>
    isShown ? <Copyable text={secret} what={what} /> : "••••••••";
  return [
    { label: "User name", value: <Copyable text={userName} what="User name" /> },
    ...(password === undefined
      ? []
      : [
          { label: "Sign-in link", value: <Copyable text={signInLink} what="Sign-in link" /> },
          { label: "Password", value: hidden(password, "Password") },
        ]),
    ...(accessKeyId === undefined
      ? []
      : [{ label: "Access key ID", value: <Copyable text={accessKeyId} what="Access key ID" /> }]),
    ...(secretAccessKey === undefined
      ? []
      : [{ label: "Secret access key", value: hidden(secretAccessKey, "Secret access key") }]),
  ];
}
