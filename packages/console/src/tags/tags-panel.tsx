import Button from "@cloudscape-design/components/button";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import type { Command } from "../api/operation.ts";
import { Panel } from "../ui/panel.tsx";
import type { Query } from "../ui/use-query.ts";
import type { Write } from "../writes/use-writes.ts";
import { WriteDialog } from "../writes/write-dialog.tsx";
import { type Tag, tagChanges, tagProblem } from "./tag-changes.ts";
import { TagFields } from "./tag-fields.tsx";

interface AnsweredTag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** The tags of a user, role, policy or provider. */
export function TagsPanel({
  query,
  of,
  tagging,
  untagging,
}: {
  readonly query: Query<readonly AnsweredTag[]>;
  /** The entity's name. */
  readonly of: string;
  readonly tagging: (tags: readonly Tag[]) => Command;
  readonly untagging: (keys: readonly string[]) => Command;
}) {
  const [isEditing, setEditing] = useState(false);
  const tags = (query.data ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value }));
  return (
    <>
      <Panel
        title="Tags"
        counter={query.data && `(${query.data.length})`}
        description="Policies can look at tags: aws:PrincipalTag, aws:ResourceTag."
        query={query}
        actions={
          <Button disabled={query.data === undefined} onClick={() => setEditing(true)}>
            Edit tags
          </Button>
        }
        isEmpty={({ length }) => length === 0}
        empty="No tags."
      >
        {() => (
          <Table
            variant="embedded"
            items={tags}
            trackBy="Key"
            ariaLabels={{ tableLabel: "Tags" }}
            wrapLines={true}
            columnDefinitions={[
              {
                id: "key",
                header: "Key",
                isRowHeader: true,
                cell: ({ Key }) => <bdi className="break">{Key}</bdi>,
              },
              {
                id: "value",
                header: "Value",
                cell: ({ Value }) => <bdi className="break">{Value}</bdi>,
              },
            ]}
          />
        )}
      </Panel>
      {isEditing && (
        <EditDialog
          before={tags}
          of={of}
          tagging={tagging}
          untagging={untagging}
          onDone={query.reload}
          onClose={() => setEditing(false)}
        />
      )}
    </>
  );
}

function EditDialog({
  before,
  of,
  tagging,
  untagging,
  onDone,
  onClose,
}: {
  readonly before: readonly Tag[];
  readonly of: string;
  readonly tagging: (tags: readonly Tag[]) => Command;
  readonly untagging: (keys: readonly string[]) => Command;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const [tags, setTags] = useState(before);
  const [isSubmitted, setSubmitted] = useState(false);
  const { put, removed } = tagChanges(before, tags);
  const writes: Write[] = [
    // Removed first: an entity that has 50 tags takes no further one.
    ...(removed.length === 0
      ? []
      : [{ label: `Remove tags ${removed.join(", ")}`, command: untagging(removed) }]),
    ...(put.length === 0
      ? []
      : [
          {
            label: `Write tags ${put.map(({ Key }) => Key).join(", ")}`,
            command: tagging(put),
          },
        ]),
  ];
  return (
    <WriteDialog
      title={`Tags of ${of}`}
      confirm="Save"
      writes={writes}
      isDisabled={writes.length === 0}
      problem={() => {
        setSubmitted(true);
        return tagProblem(tags);
      }}
      done={`Saved the tags of ${of}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <TagFields
        tags={tags}
        onChange={setTags}
        problem={isSubmitted ? tagProblem(tags) : undefined}
      />
    </WriteDialog>
  );
}
