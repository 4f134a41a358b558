import Box from "@cloudscape-design/components/box";
import type { PolicyKind } from "@portcullis/policy";
import { activeAccount } from "../session/session.ts";
import { useSession } from "../session/session-store.ts";
import { DocumentEditor } from "./document-editor.tsx";
import { useServiceDefinitions } from "./use-service-definitions.ts";

/** The editor of one policy, with the definitions of the installation's protected APIs. */
export default function PolicyEditor({
  kind,
  value,
  onChange,
  label,
  quota,
}: {
  readonly kind: PolicyKind;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  /** Of the document's size, white space not counted. */
  readonly quota: number;
}) {
  const services = useServiceDefinitions();
  const session = useSession();
  return (
    <>
      <DocumentEditor
        kind={kind}
        value={value}
        onChange={onChange}
        label={label}
        quota={quota}
        services={services ?? undefined}
        account={session && activeAccount(session)}
      />
      {services === null && (
        <Box variant="small">
          The definitions of the protected APIs can&apos;t be read, so names of actions are not
          checked. The permission for it is portcullis:GetServiceReference.
        </Box>
      )}
    </>
  );
}
