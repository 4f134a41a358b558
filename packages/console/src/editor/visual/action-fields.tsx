import SpaceBetween from "@cloudscape-design/components/space-between";
import { indexServices, type Services } from "@portcullis/analysis";
import { useState } from "react";
import { type Apply, setPatterns } from "../text/edit-document.ts";
import type { ShownStatement } from "../text/read-document.ts";
import { ActionPicker } from "./action-picker.tsx";
import { Choice } from "./choice.tsx";
import { ExceptSelect } from "./except-select.tsx";
import { AddField, PatternList } from "./pattern-list.tsx";

/** `Action` or `NotAction`: by service and access level, or typed. */
export function ActionFields({
  statement: { index, action },
  services,
  onlyAssumes,
  onChange,
}: {
  readonly statement: ShownStatement;
  readonly services: Services | undefined;
  /** Documents of this kind may have the actions of assuming a role alone. */
  readonly onlyAssumes: boolean;
  readonly onChange: Apply;
}) {
  const values = action?.values ?? [];
  const offered = onlyAssumes ? ASSUMING : services;
  const known = offered === undefined ? [] : [...offered.byPrefix.values()];
  const used = values[0]?.split(":", 1)[0]?.toLowerCase();
  const first = known.find(({ prefix }) => prefix.toLowerCase() === used);
  const [chosen, setChosen] = useState<string>();
  const prefix = (chosen ?? first?.prefix ?? known[0]?.prefix ?? "").toLowerCase();
  const service = offered?.byPrefix.get(prefix);
  const options = known.map((one) => ({ value: one.prefix, label: one.prefix }));
  const set = (next: readonly string[]) => onChange(setPatterns(index, "action", next));
  return (
    <SpaceBetween size="s">
      <ExceptSelect
        index={index}
        element="action"
        except={action?.except ?? false}
        words={["These actions", "All actions but these"]}
        onChange={onChange}
      />
      <PatternList
        values={values}
        what="action"
        empty="No action yet."
        onRemove={(at) => set(values.filter((_, other) => other !== at))}
      />
      {service !== undefined && (
        <ActionPicker
          key={service.prefix}
          service={service}
          values={values}
          onChange={set}
          choice={
            <Choice label="Service" options={options} value={service.prefix} onChange={setChosen} />
          }
        />
      )}
      <AddField
        label="Another action or pattern"
        placeholder={`${service?.prefix ?? "orders"}:Get*`}
        constraint={unknownServices(values, offered)}
        problem={actionProblem}
        onAdd={(value) => values.includes(value) || set([...values, value])}
      />
    </SpaceBetween>
  );
}

/** The ways to assume a role, and what comes with them (STS, AssumeRole). */
const ASSUMING = indexServices([
  {
    Name: "sts",
    Actions: [
      ...["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "SetContext"],
      ...["SetSourceIdentity", "TagSession"],
    ].map((Name) => ({
      Name,
      Annotations: {
        Properties: Name === "TagSession" ? { IsTaggingOnly: true } : { IsWrite: true },
      },
    })),
  },
]);

const actionProblem = (text: string): string | undefined =>
  text === "*" || /^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(text)
    ? undefined
    : "An action is written service:Action, such as orders:GetOrder. * stands for any text.";

/** Names of actions are checked only where the service is known. */
function unknownServices(
  values: readonly string[],
  services: Services | undefined,
): string | undefined {
  const prefixes = values.flatMap((value) => /^([^:*?]+):/.exec(value)?.[1]?.toLowerCase() ?? []);
  const unknown = [...new Set(prefixes)].filter((prefix) => {
    const service = services?.byPrefix.get(prefix);
    return service === undefined || service.actions.size === 0;
  });
  if (unknown.length === 0) return undefined;
  return `There is no definition of ${unknown.join(", ")} here: names of its actions are not checked.`;
}
