import {
  GetSAMLProviderCommand,
  TagSAMLProviderCommand,
  UntagSAMLProviderCommand,
  UpdateSAMLProviderCommand,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { iam } from "../../api/clients.ts";
import { TagsPanel } from "../../tags/tags-panel.tsx";
import { Expiry } from "../../trust/expiry.tsx";
import { MetadataField } from "../../trust/metadata-field.tsx";
import { providerName } from "../../trust/providers.ts";
import { Copyable } from "../../ui/copyable.tsx";
import { downloadText } from "../../ui/csv.ts";
import { Panel } from "../../ui/panel.tsx";
import { absoluteTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

/** A SAML provider: its metadata, when it expires, and tags. */
export function SamlPanels({ arn: SAMLProviderArn }: { readonly arn: string }) {
  const [isReplacing, setReplacing] = useState(false);
  const query = useQuery(
    (abortSignal) => iam(new GetSAMLProviderCommand({ SAMLProviderArn }), { abortSignal }),
    [SAMLProviderArn],
  );
  const name = providerName(SAMLProviderArn);
  const metadata = query.data?.SAMLMetadataDocument;
  return (
    <SpaceBetween size="l">
      <Panel
        title="Summary"
        query={query}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              disabled={metadata === undefined}
              onClick={() => downloadText(`${name}.xml`, metadata ?? "", "application/xml")}
            >
              Download metadata
            </Button>
            <Button disabled={query.data === undefined} onClick={() => setReplacing(true)}>
              Replace metadata
            </Button>
          </SpaceBetween>
        }
      >
        {({ CreateDate, ValidUntil }) => (
          <KeyValuePairs
            columns={2}
            minColumnWidth={260}
            items={[
              { label: "ARN", value: <Copyable text={SAMLProviderArn} what="ARN" /> },
              { label: "Type", value: "SAML 2.0" },
              { label: "Created", value: absoluteTime(CreateDate) },
              { label: "Metadata expires", value: <Expiry moment={ValidUntil} /> },
            ]}
          />
        )}
      </Panel>
      <TagsPanel
        query={{ ...query, data: query.data && (query.data.Tags ?? []) }}
        of={name}
        tagging={(Tags) => new TagSAMLProviderCommand({ SAMLProviderArn, Tags: [...Tags] })}
        untagging={(TagKeys) =>
          new UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: [...TagKeys] })
        }
      />
      {isReplacing && (
        <ReplaceDialog
          arn={SAMLProviderArn}
          onDone={query.reload}
          onClose={() => setReplacing(false)}
        />
      )}
    </SpaceBetween>
  );
}

function ReplaceDialog({
  arn: SAMLProviderArn,
  onDone,
  onClose,
}: {
  readonly arn: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [metadata, setMetadata] = useState("");
  return (
    <WriteDialog
      title={`Replace the metadata of ${providerName(SAMLProviderArn)}`}
      confirm="Replace"
      size="large"
      isDisabled={metadata.trim() === ""}
      writes={[
        {
          label: "Replace the metadata",
          command: new UpdateSAMLProviderCommand({
            SAMLProviderArn,
            SAMLMetadataDocument: metadata,
          }),
        },
      ]}
      done="Replaced the metadata."
      onDone={onDone}
      onClose={onClose}
    >
      <MetadataField metadata={metadata} problem={undefined} onChange={setMetadata} />
    </WriteDialog>
  );
}
