import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { MOST_TAGS, type Tag } from "./tag-changes.ts";

/** Keys and values to edit. */
export function TagFields({
  tags,
  onChange,
  problem,
}: {
  readonly tags: readonly Tag[];
  readonly onChange: (tags: readonly Tag[]) => void;
  readonly problem: string | undefined;
}) {
  const change = (at: number, part: Partial<Tag>) =>
    onChange(tags.map((tag, index) => (index === at ? { ...tag, ...part } : tag)));
  return (
    <FormField errorText={problem} stretch={true}>
      <AttributeEditor
        items={tags}
        addButtonText="Add a tag"
        removeButtonText="Remove"
        removeButtonAriaLabel={({ Key }) => `Remove tag ${Key}`}
        disableAddButton={tags.length >= MOST_TAGS}
        empty="No tags."
        onAddButtonClick={() => onChange([...tags, { Key: "", Value: "" }])}
        onRemoveButtonClick={({ detail }) =>
          onChange(tags.filter((_, index) => index !== detail.itemIndex))
        }
        definition={[
          {
            label: "Key",
            control: ({ Key }, at) => (
              <Input
                value={Key}
                ariaLabel={`Key ${at + 1}`}
                onChange={({ detail }) => change(at, { Key: detail.value })}
              />
            ),
          },
          {
            label: "Value",
            control: ({ Value }, at) => (
              <Input
                value={Value}
                ariaLabel={`Value ${at + 1}`}
                onChange={({ detail }) => change(at, { Value: detail.value })}
              />
            ),
          },
        ]}
      />
    </FormField>
  );
}
