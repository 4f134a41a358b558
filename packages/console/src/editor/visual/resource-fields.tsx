import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Services } from "@portcullis/analysis";
import { type Apply, setPatterns } from "../text/edit-document.ts";
import type { ShownStatement } from "../text/read-document.ts";
import { ArnBuilder } from "./arn-builder.tsx";
import { arnFormats } from "./arn-format.ts";
import { ExceptSelect } from "./except-select.tsx";
import { AddField, PatternList } from "./pattern-list.tsx";

/** `Resource` or `NotResource`: any, built from a service's format, or typed. */
export function ResourceFields({
  statement: { index, action, resource },
  services,
  account,
  onChange,
}: {
  readonly statement: ShownStatement;
  readonly services: Services | undefined;
  readonly account: string | undefined;
  readonly onChange: Apply;
}) {
  const values = resource?.values ?? [];
  const formats = services === undefined ? [] : arnFormats(services, action?.values ?? []);
  const set = (next: readonly string[]) => onChange(setPatterns(index, "resource", next));
  // Beside `*` other patterns say nothing.
  const add = (value: string) =>
    values.includes(value) ||
    set(value === "*" ? ["*"] : [...values.filter((one) => one !== "*"), value]);
  return (
    <SpaceBetween size="s">
      <ExceptSelect
        index={index}
        element="resource"
        except={resource?.except ?? false}
        words={["These resources", "All resources but these"]}
        onChange={onChange}
      />
      <PatternList
        values={values}
        what="resource"
        empty="No resource yet."
        onRemove={(at) => set(values.filter((_, other) => other !== at))}
      />
      {!values.includes("*") && (
        <Button formAction="none" onClick={() => add("*")}>
          Any resource
        </Button>
      )}
      {formats.length > 0 && <ArnBuilder formats={formats} account={account} onAdd={add} />}
      <AddField
        label="Another ARN"
        placeholder="arn:aws:orders:*:*:order/*"
        problem={resourceProblem}
        onAdd={add}
      />
    </SpaceBetween>
  );
}

const resourceProblem = (text: string): string | undefined =>
  text === "*" || /^(?:arn|\*)(?::[^:]*){4,}/.test(text)
    ? undefined
    : "An ARN has six parts: arn:partition:service:region:account:resource.";
