import { type ServiceDefinition, valueSourceOf } from "../../service/service-definition.ts";
import { parseTemplate } from "../../service/template.ts";

/**
 * The query parameters that a definition reads. `qs`, which Express 4 parses queries with, merges
 * `channel[]=b` into `channel=a`: the application would then read another value than the one that
 * was evaluated.
 */
export function queryNamesOf({ routes }: ServiceDefinition): {
  /** Whether a query has such a parameter in brackets too. */
  readonly isAmbiguous: (rawQuery: string) => boolean;
} {
  const names = new Set<string>();
  for (const { resource, context = {} } of Object.values(routes)) {
    const sources = [
      ...(parseTemplate(resource) ?? []).filter((piece) => typeof piece !== "string"),
      ...Object.values(context).map(valueSourceOf),
    ];
    for (const { from, name } of sources) if (from === "query") names.add(name);
  }
  const isAmbiguous = (rawQuery: string): boolean =>
    [...new URLSearchParams(rawQuery).keys()].some((key) => {
      const bracket = key.indexOf("[");
      return bracket >= 0 && (names.has(key.slice(0, bracket)) || bracket === 0);
    });
  return { isAmbiguous: (rawQuery) => names.size > 0 && isAmbiguous(rawQuery) };
}
