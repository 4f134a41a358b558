import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { generatePassword } from "./generate-password.ts";

export interface PasswordChoice {
  readonly isGenerated: boolean;
  readonly password: string;
  readonly mustChange: boolean;
}

export const newPassword = (): PasswordChoice => ({
  isGenerated: true,
  password: generatePassword(),
  mustChange: true,
});

export const passwordProblem = ({ password }: PasswordChoice): string | undefined =>
  password === "" ? "Enter a password." : undefined;

/** A password, generated or typed, and whether its user must change it. */
export function PasswordFields({
  choice,
  onChange,
  problem,
}: {
  readonly choice: PasswordChoice;
  readonly onChange: (choice: PasswordChoice) => void;
  readonly problem: string | undefined;
}) {
  return (
    <SpaceBetween size="s">
      <FormField label="Password">
        <RadioGroup
          value={choice.isGenerated ? "generated" : "typed"}
          onChange={({ detail }) => {
            const isGenerated = detail.value === "generated";
            const password = isGenerated ? generatePassword() : "";
            onChange({ ...choice, isGenerated, password });
          }}
          items={[
            { value: "generated", label: "Generate one", description: "It is shown once." },
            { value: "typed", label: "Type one" },
          ]}
        />
      </FormField>
      {!choice.isGenerated && (
        <FormField
          label="New password"
          constraintText="The account's password policy applies."
          errorText={problem}
        >
          <Input
            type="password"
            value={choice.password}
            autoComplete="new-password"
            onChange={({ detail }) => onChange({ ...choice, password: detail.value })}
          />
        </FormField>
      )}
      <Checkbox
        checked={choice.mustChange}
        description="Recommended: then nobody else knows it."
        onChange={({ detail }) => onChange({ ...choice, mustChange: detail.checked })}
      >
        Must be changed at the next sign-in
      </Checkbox>
    </SpaceBetween>
  );
}
