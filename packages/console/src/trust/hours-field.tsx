import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";

const HOURS = Array.from({ length: 12 }, (_, at) => ({
  value: String(at + 1),
  label: at === 0 ? "1 hour" : `${at + 1} hours`,
}));

/** The longest session of a role: 1 to 12 hours. */
export function HoursField({
  hours,
  onChange,
}: {
  readonly hours: number;
  readonly onChange: (hours: number) => void;
}) {
  return (
    <FormField
      label="Longest session"
      description="Whoever assumes the role through another role has one hour at most."
    >
      <Select
        selectedOption={
          HOURS[hours - 1] ?? { value: String(hours), label: `${hours.toFixed(2)} hours` }
        }
        options={HOURS}
        onChange={({ detail }) => onChange(Number(detail.selectedOption.value))}
      />
    </FormField>
  );
}
