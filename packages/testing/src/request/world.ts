import type { AccountModel } from "@portcullis/analysis";
import { type Evaluation, evaluate } from "@portcullis/authorizer/evaluate";
import type { Caller } from "@portcullis/iam/caller";
import { authorize, type CompiledPolicy, type ContextValue } from "@portcullis/policy";
import {
  accountModelOf,
  detailsOf,
  documentText,
  type ReadText,
} from "../account/account-model.ts";
import { accountOf, callersIn, type FindCaller } from "../account/caller.ts";
import { type CompiledDocuments, compiledDocuments } from "../account/compiled-documents.ts";
import type { DataFile } from "../file/data-file.ts";
import { type ParsedTestFile, parseTestFile } from "../file/parse-test-file.ts";
import type { Circumstances, TestFile } from "../file/test-file.ts";
import { InputFault } from "../input-fault.ts";
import { requestedBy } from "./requested.ts";
import type { KnownServices } from "./services.ts";

/** An account as a file describes it. */
export interface Account {
  readonly file: string;
  readonly content: TestFile;
  readonly model: AccountModel;
  readonly lineOf: ParsedTestFile["lineOf"];
  readonly readText: ReadText;
}

/** An account ready for requests. */
export interface World extends Account {
  readonly account: string;
  readonly region: string;
  readonly services: KnownServices;
  readonly findCaller: FindCaller;
  readonly documents: CompiledDocuments;
}

/**
 * Reads an account: a test file, or the output of get-account-authorization-details as JSON.
 * @throws {InputFault} if the file is neither
 */
export function accountIn(file: DataFile, readText: ReadText): Account {
  if (file.path.endsWith(".json") && isDetails(file)) {
    const model = detailsOf(file);
    return { file: file.path, content: {}, model, lineOf: () => 1, readText };
  }
  const { content, lineOf } = parseTestFile(file);
  const model = accountModelOf(content, file.path, readText);
  return { file: file.path, content, model, lineOf, readText };
}

function isDetails(file: DataFile): boolean {
  try {
    detailsOf(file);
    return true;
  } catch (error) {
    if (error instanceof InputFault) return false;
    throw error;
  }
}

/** Makes an account ready for requests. */
export function worldOf(account: Account, services: KnownServices): World {
  const documents = compiledDocuments();
  return {
    ...account,
    account: accountOf(account.model),
    region: account.content.region ?? "us-east-1",
    services,
    documents,
    findCaller: callersIn(account.model, documents),
  };
}

/**
 * Decides a request as an installation would, once for each resource that it means: all must be
 * allowed.
 * @throws {InputFault} if the request can't be read
 */
export function decide(
  world: World,
  principal: string,
  request: string,
  circumstances: Circumstances,
  now: Date,
): readonly [Evaluation, ...Evaluation[]] {
  const caller = withSession(world, principal, circumstances);
  const requested = requestedBy(request, {
    definitions: world.services.definitions,
    account: world.account,
    region: world.region,
    headers: circumstances.headers,
  });
  const { content } = world;
  const given = { ...contextOf(content.context), ...contextOf(circumstances.context) };
  const facts = {
    now: new Date(given["aws:currenttime"]?.toString() ?? content.now ?? now),
    sourceIp: one(given["aws:sourceip"]),
    userAgent: one(given["aws:useragent"]),
    referer: one(given["aws:referer"]),
    secureTransport: one(given["aws:securetransport"]) !== "false",
    region: one(given["aws:requestedregion"]) ?? world.region,
  };
  const [first, ...others] = requested.resources.map((resource) => {
    const resourcePolicies = resourcePoliciesOf(world, requested.action, resource, circumstances);
    const evaluation = evaluate(
      caller,
      {
        action: requested.action,
        resource,
        resourceAccount: requested.account ?? circumstances.resourceAccount,
        resourceTags: Object.entries(circumstances.resourceTags ?? {}).map(([key, value]) => ({
          key,
          value,
        })),
        resourcePolicies,
        serviceKeys: { ...requested.context, ...given },
      },
      facts,
    );
    return withGiven(evaluation, given);
  });
  if (first === undefined) throw new InputFault(`Request \`${request}\` has no resource.`);
  return [first, ...others];
}

/** Global keys that an installation fills in by itself can be given in a test all the same. */
function withGiven(
  evaluation: Evaluation,
  given: Readonly<Record<string, ContextValue>>,
): Evaluation {
  const { request } = evaluation;
  const differs = Object.entries(given).some(([key, value]) => request.context.get(key) !== value);
  if (!differs) return evaluation;
  const context = {
    get: (key: string) => (Object.hasOwn(given, key) ? given[key] : request.context.get(key)),
    *entries() {
      for (const [key, value] of request.context.entries())
        if (!Object.hasOwn(given, key)) yield [key, value] as const;
      yield* Object.entries(given);
    },
  };
  const changed = { ...request, context };
  return { request: changed, decision: authorize(changed) };
}

function withSession(world: World, principal: string, { session }: Circumstances): Caller {
  const caller = world.findCaller(principal);
  if (session === undefined) return caller;
  const compiled = session.map((document, index) => {
    const content = documentText(document, world.readText);
    const id = typeof document === "string" ? document : `session policy ${index + 1}`;
    // Inline documents of different tests are not the same.
    const own = typeof document === "string" ? world.documents : compiledDocuments();
    return own.compile(content, id, "session");
  });
  return { ...caller, policies: { ...caller.policies, session: compiled } };
}

function resourcePoliciesOf(
  { model, documents, readText }: World,
  action: string,
  resource: string,
  { resourcePolicy }: Circumstances,
): readonly CompiledPolicy[] | undefined {
  if (/^sts:assumerole/i.test(action)) {
    const role = model.RoleDetailList?.find(({ Arn }) => Arn === resource);
    const trust = role?.AssumeRolePolicyDocument;
    if (role !== undefined)
      return trust === undefined
        ? []
        : [documents.compile(trust, `${resource}/trust`, "role trust")];
  }
  if (resourcePolicy === undefined) return undefined;
  const content = documentText(resourcePolicy, readText);
  return typeof resourcePolicy === "string"
    ? [documents.compile(content, resourcePolicy, "resource-based")]
    : [compiledDocuments().compile(content, "resource policy", "resource-based")];
}

const one = (value: ContextValue | undefined): string | undefined =>
  typeof value === "string" ? value : value?.[0];

function contextOf(context: TestFile["context"] = {}): Record<string, ContextValue> {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [
      key.toLowerCase(),
      Array.isArray(value) ? value : String(value),
    ]),
  );
}
