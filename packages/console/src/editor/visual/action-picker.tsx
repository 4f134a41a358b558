import Checkbox from "@cloudscape-design/components/checkbox";
import Input from "@cloudscape-design/components/input";
import type { Service } from "@portcullis/analysis";
import { matchesWildcard } from "@portcullis/policy";
import { type ReactNode, useMemo, useState } from "react";
import { actionsByLevel, type LevelActions } from "./access-levels.ts";

/** A service may have hundreds of actions; more than these are found by the field above. */
const SHOWN = 100;

/** The actions of a service by access level, to choose from. */
export function ActionPicker({
  service,
  values,
  choice,
  onChange,
}: {
  readonly service: Service;
  /** The statement's patterns. */
  readonly values: readonly string[];
  /** The field that chooses the service. */
  readonly choice: ReactNode;
  readonly onChange: (values: readonly string[]) => void;
}) {
  const [search, setSearch] = useState("");
  const levels = useMemo(() => actionsByLevel(service), [service]);
  const wanted = search.trim().toLowerCase();
  const found = levels.flatMap((level) => {
    const names = level.names.filter((name) => name.toLowerCase().includes(wanted));
    return names.length === 0 ? [] : [{ ...level, names }];
  });
  const all = `${service.prefix}:*`;
  return (
    <div className="action-picker">
      <div className="action-picker-bar">
        {choice}
        <Input
          type="search"
          value={search}
          placeholder="Find actions"
          ariaLabel={`Find actions of ${service.prefix}`}
          clearAriaLabel="Clear"
          onChange={({ detail }) => setSearch(detail.value)}
        />
      </div>
      {levels.length === 0 ? (
        <p className="patterns-empty">
          There is no definition of {service.prefix} here. Type its actions below.
        </p>
      ) : (
        <Checkbox
          checked={values.includes(all)}
          onChange={({ detail }) => onChange(toggled(values, [all], detail.checked))}
        >
          All actions of {service.prefix} ({all})
        </Checkbox>
      )}
      {found.map((level) => (
        <LevelFields
          key={level.level}
          prefix={service.prefix}
          actions={level}
          values={values}
          onChange={onChange}
        />
      ))}
      {levels.length > 0 && found.length === 0 && (
        <p className="patterns-empty">No action has this in its name.</p>
      )}
    </div>
  );
}

function LevelFields({
  prefix,
  actions: { level, names, patterns },
  values,
  onChange,
}: {
  readonly prefix: string;
  readonly actions: LevelActions;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const isCovered = names.every((name) => coveringPattern(values, `${prefix}:${name}`, patterns));
  const hasAll = isCovered || patterns.every((pattern) => values.includes(pattern));
  return (
    <fieldset className="access-level">
      <legend>{level}</legend>
      {names.length > 1 && (
        <Checkbox
          checked={hasAll}
          disabled={isCovered}
          onChange={({ detail }) => onChange(toggled(values, patterns, detail.checked))}
        >
          <span className="break">
            All {level.toLowerCase()} actions ({patterns.slice(0, 3).join(", ")}
            {patterns.length > 3 && ` and ${patterns.length - 3} more`})
          </span>
        </Checkbox>
      )}
      <div className="access-level-actions">
        {names.slice(0, SHOWN).map((name) => {
          const action = `${prefix}:${name}`;
          const by = coveringPattern(values, action);
          return (
            <Checkbox
              key={name}
              checked={by !== undefined || values.includes(action)}
              disabled={by !== undefined}
              description={by === undefined ? undefined : `By ${by}`}
              onChange={({ detail }) => onChange(toggled(values, [action], detail.checked))}
            >
              <span className="break">{name}</span>
            </Checkbox>
          );
        })}
      </div>
      {names.length > SHOWN && (
        <p className="patterns-empty">And {names.length - SHOWN} more: find them by name.</p>
      )}
    </fieldset>
  );
}

/** A pattern other than the action itself, and others, that matches it. Case does not matter. */
const coveringPattern = (
  values: readonly string[],
  action: string,
  others: readonly string[] = [],
): string | undefined =>
  values.find(
    (value) =>
      value.toLowerCase() !== action.toLowerCase() &&
      !others.includes(value) &&
      matchesWildcard(value.toLowerCase(), action.toLowerCase()),
  );

/** With a pattern, what it matches is no longer needed by itself. */
function toggled(
  values: readonly string[],
  patterns: readonly string[],
  isOn: boolean,
): readonly string[] {
  if (!isOn) return values.filter((value) => !patterns.includes(value));
  const others = values.filter(
    (value) =>
      !patterns.some((pattern) => matchesWildcard(pattern.toLowerCase(), value.toLowerCase())),
  );
  return [...others, ...patterns];
}
