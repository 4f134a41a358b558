import {
  AddClientIDToOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { iam } from "../../api/clients.ts";
import { TagsPanel } from "../../tags/tags-panel.tsx";
import { providerName } from "../../trust/providers.ts";
import { linesOf, thumbprintProblem } from "../../trust/thumbprints.ts";
import { Copyable } from "../../ui/copyable.tsx";
import { Panel } from "../../ui/panel.tsx";
import { absoluteTime } from "../../ui/time.tsx";
import { useQuery } from "../../ui/use-query.ts";
import type { Write } from "../../writes/use-writes.ts";
import { WriteDialog } from "../../writes/write-dialog.tsx";

/** An OIDC provider: its URL, audiences, thumbprints and tags. */
export function OidcPanels({ arn: OpenIDConnectProviderArn }: { readonly arn: string }) {
  const [dialog, setDialog] = useState<"audiences" | "thumbprints">();
  const query = useQuery(
    (abortSignal) =>
      iam(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }), { abortSignal }),
    [OpenIDConnectProviderArn],
  );
  const tags = {
    ...query,
    data: query.data && (query.data.Tags ?? []),
  };
  const { ClientIDList = [], ThumbprintList = [] } = query.data ?? {};
  const close = () => setDialog(undefined);
  return (
    <SpaceBetween size="l">
      <Panel title="Summary" query={query}>
        {({ Url, CreateDate }) => (
          <KeyValuePairs
            columns={2}
            minColumnWidth={260}
            items={[
              { label: "ARN", value: <Copyable text={OpenIDConnectProviderArn} what="ARN" /> },
              { label: "Type", value: "OpenID Connect" },
              { label: "URL", value: <span className="break">https://{Url}</span> },
              { label: "Created", value: absoluteTime(CreateDate) },
            ]}
          />
        )}
      </Panel>
      <Panel
        title="Audiences"
        description="Tokens for others are refused."
        query={query}
        actions={
          <Button disabled={query.data === undefined} onClick={() => setDialog("audiences")}>
            Edit audiences
          </Button>
        }
        isEmpty={() => ClientIDList.length === 0}
        empty="No audience, so every token is refused."
      >
        {() => <Lines items={ClientIDList} />}
      </Panel>
      <Panel
        title="Thumbprints"
        description="Needed where no public authority signed the provider's certificate."
        query={query}
        actions={
          <Button disabled={query.data === undefined} onClick={() => setDialog("thumbprints")}>
            Edit thumbprints
          </Button>
        }
        isEmpty={() => ThumbprintList.length === 0}
        empty="No thumbprint."
      >
        {() => <Lines items={ThumbprintList} />}
      </Panel>
      <TagsPanel
        query={tags}
        of={providerName(OpenIDConnectProviderArn)}
        tagging={(Tags) =>
          new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags: [...Tags] })
        }
        untagging={(TagKeys) =>
          new UntagOpenIDConnectProviderCommand({
            OpenIDConnectProviderArn,
            TagKeys: [...TagKeys],
          })
        }
      />
      {dialog === "audiences" && (
        <LinesDialog
          title="Audiences"
          before={ClientIDList}
          writesOf={(lines) => audienceWrites(OpenIDConnectProviderArn, ClientIDList, lines)}
          problemOf={(lines) => (lines.length === 0 ? "Enter an audience." : undefined)}
          onDone={query.reload}
          onClose={close}
        />
      )}
      {dialog === "thumbprints" && (
        <LinesDialog
          title="Thumbprints"
          before={ThumbprintList}
          writesOf={(lines) => [
            {
              label: "Write the thumbprints",
              command: new UpdateOpenIDConnectProviderThumbprintCommand({
                OpenIDConnectProviderArn,
                ThumbprintList: lines,
              }),
            },
          ]}
          problemOf={thumbprintProblem}
          onDone={query.reload}
          onClose={close}
        />
      )}
    </SpaceBetween>
  );
}

/** Added before others are removed, so that a provider in use is never without one. */
function audienceWrites(
  OpenIDConnectProviderArn: string,
  before: readonly string[],
  after: readonly string[],
): readonly Write[] {
  const added = after.filter((line) => !before.includes(line));
  const removed = before.filter((line) => !after.includes(line));
  return [
    ...added.map((ClientID) => ({
      label: `Add audience ${ClientID}`,
      command: new AddClientIDToOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn,
        ClientID,
      }),
    })),
    ...removed.map((ClientID) => ({
      label: `Remove audience ${ClientID}`,
      command: new RemoveClientIDFromOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn,
        ClientID,
      }),
    })),
  ];
}

function Lines({ items }: { readonly items: readonly string[] }) {
  return (
    <ul className="plain-list">
      {items.map((item) => (
        <li key={item}>
          <bdi className="break">{item}</bdi>
        </li>
      ))}
    </ul>
  );
}

function LinesDialog({
  title,
  before,
  writesOf,
  problemOf,
  onDone,
  onClose,
}: {
  readonly title: string;
  readonly before: readonly string[];
  readonly writesOf: (lines: string[]) => readonly Write[];
  readonly problemOf: (lines: string[]) => string | undefined;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState(before.join("\n"));
  const [isSubmitted, setSubmitted] = useState(false);
  const lines = linesOf(text);
  const isSame = lines.join("\n") === before.join("\n");
  return (
    <WriteDialog
      title={title}
      confirm="Save"
      writes={isSame ? [] : writesOf(lines)}
      isDisabled={isSame}
      problem={() => {
        setSubmitted(true);
        return problemOf(lines);
      }}
      done={`Saved the ${title.toLowerCase()}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <FormField
        label={title}
        description="One a line."
        errorText={isSubmitted && problemOf(lines)}
        stretch={true}
      >
        <Textarea
          value={text}
          rows={5}
          spellcheck={false}
          autoFocus={true}
          onChange={({ detail }) => setText(detail.value)}
        />
      </FormField>
    </WriteDialog>
  );
}
