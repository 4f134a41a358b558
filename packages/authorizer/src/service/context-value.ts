import type { ContextValue } from "@portcullis/policy";
import type { ContextType } from "./service-definition.ts";

/**
 * A condition key's value of its type. Undefined where the request has another type, or several
 * values. The request is then denied: leaving the key out would make negated conditions true.
 */
export function typedValue(
  values: readonly string[],
  type: ContextType = "String",
): ContextValue | undefined {
  if (type === "ArrayOfString") return values;
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) return undefined;
  return IS[type](value) ? value : undefined;
}

const IS: Readonly<Record<Exclude<ContextType, "ArrayOfString">, (value: string) => boolean>> = {
  String: () => true,
  Numeric: (value) => /^-?\d{1,30}(?:\.\d{1,30})?$/.test(value),
  Bool: (value) => /^(?:true|false)$/i.test(value),
  Date: (value) =>
    /^\d{1,12}$/.test(value) || (ISO_DATE.test(value) && !Number.isNaN(Date.parse(value))),
  IPAddress: (value) =>
    /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{2,45})$/.test(value),
  ARN: (value) => /^arn:[^:]+:[^:]+:[^:]*:[^:]*:./s.test(value),
};

const ISO_DATE =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
