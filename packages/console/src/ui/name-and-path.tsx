import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { entityNameProblem, pathProblem } from "./entity-name.ts";

export interface NameAndPath {
  readonly name: string;
  readonly path: string;
}

export interface NameAndPathProblems {
  readonly name: string | undefined;
  readonly path: string | undefined;
}

/** @param most characters of a name: 128 of groups and policies, 64 of roles */
export const nameAndPathProblems = (
  { name, path }: NameAndPath,
  most: number,
): NameAndPathProblems => ({ name: entityNameProblem(name, most), path: pathProblem(path) });

export function NameAndPathFields({
  label,
  value,
  problems,
  onChange,
}: {
  /** Of the name's field, such as `Group name`. */
  readonly label: string;
  readonly value: NameAndPath;
  /** Undefined until somebody has tried to go on. */
  readonly problems: NameAndPathProblems | undefined;
  readonly onChange: (value: NameAndPath) => void;
}) {
  return (
    <SpaceBetween size="m">
      <FormField label={label} errorText={problems?.name}>
        <Input
          value={value.name}
          spellcheck={false}
          autoFocus={true}
          onChange={({ detail }) => onChange({ ...value, name: detail.value })}
        />
      </FormField>
      <FormField
        label="Path"
        description="A place in your own hierarchy, which policies can name."
        errorText={problems?.path}
      >
        <Input
          value={value.path}
          spellcheck={false}
          onChange={({ detail }) => onChange({ ...value, path: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  );
}
