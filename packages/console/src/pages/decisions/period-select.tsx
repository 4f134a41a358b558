import Select from "@cloudscape-design/components/select";
import { useSearchParams } from "react-router";

export const PERIOD_DAYS: Readonly<Record<number, string>> = {
  1: "the last day",
  7: "the last 7 days",
  30: "the last 30 days",
  90: "the last 90 days",
};

const DEFAULT_DAYS = 30;

/** The days of a report, `?days=<number>`: 90 at most are counted. */
export function usePeriodDays(): readonly [days: number, set: (days: number) => void] {
  const [params, setParams] = useSearchParams();
  const given = Number(params.get("days"));
  const days = Object.hasOwn(PERIOD_DAYS, given) ? given : DEFAULT_DAYS;
  const set = (next: number) => {
    const changed = new URLSearchParams(params);
    changed.set("days", String(next));
    setParams(changed, { replace: true });
  };
  return [days, set];
}

export function PeriodSelect({
  days,
  onChange,
}: {
  readonly days: number;
  readonly onChange: (days: number) => void;
}) {
  const options = Object.entries(PERIOD_DAYS).map(([value, words]) => ({
    value,
    label: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
  }));
  return (
    <Select
      ariaLabel="Days"
      selectedOption={options.find(({ value }) => value === String(days)) ?? null}
      options={options}
      onChange={({ detail }) => onChange(Number(detail.selectedOption.value))}
    />
  );
}
