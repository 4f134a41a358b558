import {
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  GetOutboundWebIdentityFederationInfoCommand,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { useState } from "react";
import { iam } from "../../api/clients.ts";
import { Copyable } from "../../ui/copyable.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

/** Whether the account's principals may get tokens for other systems. */
export function FederationPanel() {
  const [isSwitching, setSwitching] = useState(false);
  const query = useQuery(loadIssuer, []);
  const isOn = query.data?.issuer !== undefined;
  const verb = isOn ? "Disable" : "Enable";
  return (
    <>
      <Panel
        title="Outbound identity federation"
        description="Lets this account's users and roles get signed tokens (JWT) that prove to other systems who they are: sts:GetWebIdentityToken."
        query={query}
        actions={
          query.data && <Button onClick={() => setSwitching(true)}>{`${verb} federation`}</Button>
        }
        isEmpty={({ issuer }) => issuer === undefined}
        empty="Disabled: nobody in this account can get a token."
      >
        {({ issuer = "" }) => (
          <KeyValuePairs
            items={[{ label: "Issuer URL", value: <Copyable text={issuer} what="Issuer URL" /> }]}
          />
        )}
      </Panel>
      {isSwitching && (
        <WriteDialog
          title={`${verb} outbound identity federation?`}
          confirm={verb}
          writes={[
            {
              label: `${verb} outbound identity federation`,
              command: isOn
                ? new DisableOutboundWebIdentityFederationCommand({})
                : new EnableOutboundWebIdentityFederationCommand({}),
              doneWhen: [isOn ? "FeatureDisabled" : "FeatureEnabled"],
            },
          ]}
          done={`${verb}d outbound identity federation.`}
          onDone={query.reload}
          onClose={() => setSwitching(false)}
        >
          {isOn
            ? "No new tokens are given. Those that were given hold until they expire."
            : "Whoever is allowed sts:GetWebIdentityToken can get tokens from then on."}
        </WriteDialog>
      )}
    </>
  );
}

async function loadIssuer(abortSignal: AbortSignal): Promise<{ issuer: string | undefined }> {
  try {
    const answer = await iam(new GetOutboundWebIdentityFederationInfoCommand({}), { abortSignal });
    return { issuer: answer.IssuerIdentifier };
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("FeatureDisabled"))
      return { issuer: undefined };
    throw error;
  }
}
