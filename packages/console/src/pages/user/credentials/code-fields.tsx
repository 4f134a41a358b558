import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";

export interface Codes {
  readonly first: string;
  readonly second: string;
}

/** Why the codes can't be sent yet; undefined when they can. */
export const codesProblem = ({ first, second }: Codes): string | undefined =>
  /^\d{6}$/.test(first) && /^\d{6}$/.test(second)
    ? undefined
    : "Enter two codes of six digits that follow one another.";

/** Two consecutive codes of an authenticator app. */
export function CodeFields({
  codes,
  onChange,
  problem,
}: {
  readonly codes: Codes;
  readonly onChange: (codes: Codes) => void;
  readonly problem: string | undefined;
}) {
  const field = (name: keyof Codes, label: string) => (
    <FormField label={label}>
      <Input
        value={codes[name]}
        inputMode="numeric"
        autoComplete="off"
        onChange={({ detail }) => onChange({ ...codes, [name]: detail.value.replace(/\s/g, "") })}
      />
    </FormField>
  );
  return (
    <FormField
      description="Wait for the app to show the next code before you enter the second one."
      errorText={problem}
      stretch={true}
    >
      <ColumnLayout columns={2}>
        {field("first", "MFA code 1")}
        {field("second", "MFA code 2")}
      </ColumnLayout>
    </FormField>
  );
}
