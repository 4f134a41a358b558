import { InvalidArgumentError, Option } from "commander";
import { FORMATS, type Format } from "../output/write-report.ts";

export interface FormatOptions {
  readonly format: Format;
  readonly json?: true;
}

export const formatOption = (): Option =>
  new Option("--format <format>", "the form of the output").choices(FORMATS).default("text");
export const jsonOption = (): Option => new Option("--json", "print JSON");

export const formatOf = ({ format, json }: FormatOptions): Format =>
  json === true ? "json" : format;

/** Collects an option that may be given several times. */
export const collected = (value: string, former: readonly string[]): readonly string[] => [
  ...former,
  value,
];

export const serviceOption = (): Option =>
  new Option(
    "--service <file>",
    "a service definition (JSON, YAML or module) or service reference; may be repeated",
  )
    .argParser(collected)
    .default([], "none");

export const contextOption = (): Option =>
  new Option("--context <key=value>", "a condition key of the request; may be repeated")
    .argParser(collected)
    .default([], "none");

/** Condition keys of `--context`. A key that is given several times has several values. */
export function contextOf(pairs: readonly string[]): Record<string, string | string[]> {
  const context = new Map<string, string[]>();
  for (const pair of pairs) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined || value === undefined)
      throw new InvalidArgumentError(`--context needs key=value, not ${pair}`);
    context.set(key, [...(context.get(key) ?? []), value]);
  }
  return Object.fromEntries(
    [...context].map(([key, values]) => [key, values.length === 1 ? (values[0] ?? "") : values]),
  );
}

export const KINDS = [
  "identity",
  "boundary",
  "session",
  "resource",
  "trust",
  "serviceControl",
] as const;
export type KindName = (typeof KINDS)[number];

export const kindOption = (): Option =>
  new Option(
    "--kind <kind>",
    "the kind of the policies; by default the one that they look like",
  ).choices(KINDS);
