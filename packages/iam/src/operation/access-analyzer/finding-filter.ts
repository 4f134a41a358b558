import type {
  AnalyzerFindingRecord,
  FilterCriterion,
  FindingFilter,
} from "../../record/analyzer.ts";

type ReadValue = (finding: AnalyzerFindingRecord) => string | readonly string[] | undefined;

/** The filter keys of AWS's that findings here have (IAM UG/access-analyzer-reference-filter-keys). */
const KEYS: ReadonlyMap<string, ReadValue> = new Map<string, ReadValue>([
  ["id", ({ id }) => id],
  ["status", ({ status }) => status],
  ["resource", ({ resource }) => resource],
  ["resourceType", ({ resourceType }) => resourceType],
  ["resourceOwnerAccount", ownerOf],
  ["findingType", ({ findingType }) => findingType],
  ["createdAt", ({ createdAt }) => createdAt],
  ["updatedAt", ({ updatedAt }) => updatedAt],
  ["isPublic", ({ external }) => external && String(external.isPublic)],
  ["action", ({ external }) => external?.action],
  ["principal.AWS", ({ external }) => external?.principal.AWS],
  ["principal.Federated", ({ external }) => external?.principal.Federated],
  ["error", () => undefined],
]);

const CONDITION = "condition.";

export const isFilterKey = (key: string): boolean => KEYS.has(key) || key.startsWith(CONDITION);

/** Whether a finding meets all criteria. */
export function matchesFilter(finding: AnalyzerFindingRecord, filter: FindingFilter): boolean {
  return Object.entries(filter).every(([key, criterion]) =>
    meets(valuesOf(finding, key), criterion),
  );
}

/** The account that a finding's resource belongs to. */
export function ownerOf({ resource }: Pick<AnalyzerFindingRecord, "resource">): string {
  return resource.split(":")[4] ?? "";
}

/** A finding's values of a filter key. */
export function valuesOf(finding: AnalyzerFindingRecord, key: string): readonly string[] {
  if (key.startsWith(CONDITION)) {
    const { condition = {} } = finding.external ?? {};
    const name = key.slice(CONDITION.length);
    return Object.hasOwn(condition, name) ? [condition[name] ?? ""] : [];
  }
  const value = KEYS.get(key)?.(finding);
  return value === undefined ? [] : [value].flat();
}

function meets(values: readonly string[], { eq, neq, contains, exists }: FilterCriterion): boolean {
  return (
    (exists === undefined || values.length > 0 === exists) &&
    (eq === undefined || values.some((value) => eq.includes(value))) &&
    (neq === undefined || !values.some((value) => neq.includes(value))) &&
    (contains === undefined ||
      values.some((value) => contains.some((part) => value.includes(part))))
  );
}
