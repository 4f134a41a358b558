import type { Services } from "@portcullis/analysis";

/** A type of resource that an ARN can be built for. */
export interface ArnFormat {
  /** Such as `orders order`. */
  readonly name: string;
  /** Such as `arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}`. */
  readonly format: string;
}

/** The formats of the services that actions belong to; of all services when they name none. */
export function arnFormats(services: Services, actions: readonly string[]): readonly ArnFormat[] {
  const prefixes = new Set(actions.map((action) => action.split(":", 1)[0]?.toLowerCase()));
  const known = [...services.byPrefix].filter(([, { resources }]) => resources.size > 0);
  const own = known.filter(([prefix]) => prefixes.has(prefix));
  return (own.length > 0 ? own : known).flatMap(([, { prefix, resources }]) =>
    [...resources.values()].flatMap(({ Name, ARNFormats = [] }) =>
      ARNFormats.map((format, at) => ({
        name: `${prefix} ${Name}${at === 0 ? "" : ` (${at + 1})`}`,
        format,
      })),
    ),
  );
}

const VARIABLE = /\$\{(\w+)\}/g;

/** The variables of a format, each once. */
export const variablesOf = (format: string): readonly string[] => [
  ...new Set([...format.matchAll(VARIABLE)].map(([, name = ""]) => name)),
];

/** What stands for a variable that nobody has filled in. */
export const defaultValue = (variable: string, account: string | undefined): string =>
  variable === "Partition" ? "aws" : variable === "Account" ? (account ?? "*") : "*";

/** An ARN of a format. What is empty or absent among the values stands for any. */
export const arnOf = (format: string, values: ReadonlyMap<string, string>): string =>
  format.replace(VARIABLE, (_, name: string) => values.get(name) || defaultValue(name, undefined));
