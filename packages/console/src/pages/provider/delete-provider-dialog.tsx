import { DeleteOpenIDConnectProviderCommand, DeleteSAMLProviderCommand } from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import { providerName, providerType } from "../../trust/providers.ts";
import { DeleteDialog } from "../../writes/delete-dialog.tsx";

export function DeleteProviderDialog({
  arn,
  onDone,
  onClose,
}: {
  readonly arn: string;
  readonly onDone: () => void | Promise<void>;
  readonly onClose: () => void;
}) {
  const command =
    providerType(arn) === "SAML"
      ? new DeleteSAMLProviderCommand({ SAMLProviderArn: arn })
      : new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn });
  const name = providerName(arn);
  return (
    <DeleteDialog
      what="provider"
      name={name}
      writes={[{ label: `Delete provider ${name}`, command, doneWhen: ["NoSuchEntity"] }]}
      onDone={onDone}
      onClose={onClose}
    >
      <Box variant="p">
        Nobody can assume a role with its tokens or assertions any more. Roles that trust it stay,
        and keep its name in their trust policies. This can&apos;t be undone.
      </Box>
    </DeleteDialog>
  );
}
