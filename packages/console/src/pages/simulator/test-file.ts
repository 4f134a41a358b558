import type { Principal } from "@portcullis/policy";
import type { CaseDocument } from "./case-policies.ts";
import { type CellOutcome, type Simulation, TRUST_ACTION } from "./decide.ts";
import { cellKey, type Matrix } from "./use-matrix.ts";

/**
 * A test file of `portcullis policy test` that has one case: the principal, the documents that
 * decided, and what was decided.
 */
export interface TestFileData {
  readonly account: string;
  /** The decisions depend on the time only if policies ask for it. */
  readonly now?: string;
  readonly policies: Readonly<Record<string, unknown>>;
  readonly users?: Readonly<Record<string, HolderData>>;
  readonly roles?: Readonly<Record<string, HolderData>>;
  readonly serviceControl?: readonly (readonly string[])[];
  readonly tests: readonly TestData[];
}

export interface HolderData {
  readonly policies?: readonly string[];
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly trust?: unknown;
}

export interface TestData {
  readonly principal: string;
  readonly request: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly session?: readonly unknown[];
  readonly resourcePolicy?: unknown;
  readonly expect: Exclude<CellOutcome, "unknown">;
}

interface CaseToSave {
  readonly simulation: Simulation;
  readonly matrix: Matrix;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Context keys that the policies ask for, in lower case. */
  readonly asked: readonly string[];
  readonly tags: readonly {
    readonly Key?: string | undefined;
    readonly Value?: string | undefined;
  }[];
  readonly now: Date;
}

/** Keys that the clock gives: a test file has `now` for them. */
const OF_TIME = new Set(["aws:currenttime", "aws:epochtime"]);

/** The case as a test file. Requests whose decision is not known are left out. */
export function testFileOf({
  simulation,
  matrix,
  actions,
  resources,
  asked,
  tags,
  now,
}: CaseToSave): TestFileData {
  const { principal, policies, trust, context } = simulation;
  const named = namedDocuments(policies.all);
  const of = (part: CaseDocument["part"]) => named.filter(({ document }) => document.part === part);
  const account = "account" in principal ? principal.account : "111122223333";
  const holder: HolderData = {
    policies: of("identity").map(({ name }) => name),
    ...(of("boundary")[0] === undefined ? {} : { boundary: of("boundary")[0]?.name ?? "" }),
    ...(tags.length === 0
      ? {}
      : { tags: Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value])) }),
  };
  const [kind, name] = holderOf(principal);
  const keys = asked
    .filter((key) => !OF_TIME.has(key))
    .flatMap((key) => {
      const value = context.get(key);
      return value === undefined ? [] : [[key, value] as const];
    });
  const session = of("session").map(({ document }) => dataOf(document.text));
  const [resourcePolicy] = of("resource").map(({ document }) => dataOf(document.text));
  const [pastedTrust] = of("trust").map(({ document }) => dataOf(document.text));
  const roles = rolesOf(actions, resources, (arn) => pastedTrust ?? trustText(trust.get(arn)));
  const own = kind === "role" ? { [name]: { ...roles.get(name), ...holder } } : {};
  const allRoles = { ...Object.fromEntries(roles), ...own };
  const circumstances = {
    ...(keys.length === 0 ? {} : { context: Object.fromEntries(keys) }),
    ...(session.length === 0 ? {} : { session }),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
  };
  return {
    account,
    ...(asked.some((key) => OF_TIME.has(key)) ? { now: now.toISOString() } : {}),
    policies: Object.fromEntries(
      ["identity", "boundary", "serviceControl"].flatMap((part) =>
        of(part as CaseDocument["part"]).map(({ name: own, document }) => [
          own,
          dataOf(document.text),
        ]),
      ),
    ),
    ...(kind === "user" ? { users: { [name]: holder } } : {}),
    ...(Object.keys(allRoles).length === 0 ? {} : { roles: allRoles }),
    ...(policies.applicable.serviceControl === undefined
      ? {}
      : { serviceControl: levelsOf(of("serviceControl")) }),
    tests: actions.flatMap((action) =>
      resources.flatMap((resource): readonly TestData[] => {
        const expect = matrix.get(cellKey(action, resource));
        if (expect === undefined || expect === "unknown") return [];
        const request = `${action} ${resource}`;
        return [
          {
            principal: kind === "root" ? "root" : `${kind}/${name}`,
            request,
            ...circumstances,
            expect,
          },
        ];
      }),
    ),
  };
}

interface NamedDocument {
  readonly name: string;
  readonly document: CaseDocument;
}

/** Documents by names that a test file can refer to, each another one. */
function namedDocuments(documents: readonly CaseDocument[]): readonly NamedDocument[] {
  const taken = new Set<string>();
  return documents.map((document) => {
    const base = document.name.replaceAll(/[^\w+=,.@-]+/g, "-").replace(/^-|-$/g, "") || "policy";
    let name = base;
    for (let more = 2; taken.has(name); more++) name = `${base}-${more}`;
    taken.add(name);
    return { name, document };
  });
}

/** The kind and the name, with its path, of whoever makes the requests. */
function holderOf(principal: Principal): readonly [kind: "user" | "role" | "root", name: string] {
  if (principal.type === "User") return ["user", afterFirst(principal.arn, ":user/")];
  if (principal.type === "AssumedRole") return ["role", afterFirst(principal.roleArn, ":role/")];
  return ["root", "root"];
}

const afterFirst = (text: string, mark: string): string =>
  text.slice(text.indexOf(mark) + mark.length);

/** Roles whose trust policies decide, by their names with paths. */
function rolesOf(
  actions: readonly string[],
  resources: readonly string[],
  trustOf: (arn: string) => unknown,
): ReadonlyMap<string, HolderData> {
  if (!actions.some((action) => TRUST_ACTION.test(action))) return new Map();
  return new Map(
    resources.flatMap((arn) => {
      const trust = arn.includes(":role/") ? trustOf(arn) : undefined;
      return trust === undefined ? [] : [[afterFirst(arn, ":role/"), { trust }] as const];
    }),
  );
}

const trustText = (policy: CaseDocument | undefined): unknown => policy && dataOf(policy.text);

/** Names by their level, the organization's root first. */
function levelsOf(documents: readonly NamedDocument[]): readonly (readonly string[])[] {
  const levels = Map.groupBy(
    documents,
    ({ document }) => document.level ?? Number.POSITIVE_INFINITY,
  );
  return [...levels]
    .sort(([one], [other]) => one - other)
    .map(([, own]) => own.map(({ name }) => name));
}

/** Every document of a case is valid, and so JSON. */
const dataOf = (text: string): unknown => JSON.parse(text);
