import { dirname, resolve } from "node:path";
import type { AccountModel } from "@portcullis/analysis";
import { type Evaluation, evaluate } from "@portcullis/authorizer";
import type { Caller } from "@portcullis/iam/caller";
import { authorize, type CompiledPolicy, type ContextValue } from "@portcullis/policy";
import { InputFault } from "../input/input-fault.ts";
import { type KnownServices, readServices } from "../input/services.ts";
import { type ReadTestFile, readTestFile } from "../input/test-files.ts";
import { accountModelOf, detailsIn, documentReader } from "./account-model.ts";
import { accountOf, callersIn, type FindCaller } from "./caller.ts";
import { type CompiledDocuments, compiledDocuments } from "./compiled-documents.ts";
import { requestedBy } from "./requested.ts";
import type { Circumstances, TestFile } from "./test-file.ts";

/** An account from files, ready for requests. */
export interface World {
  readonly file: string;
  readonly model: AccountModel;
  readonly account: string;
  readonly region: string;
  readonly services: KnownServices;
  readonly findCaller: FindCaller;
  readonly documents: CompiledDocuments;
  readonly content: TestFile;
  readonly lineOf: ReadTestFile["lineOf"];
}

/**
 * Reads an account: a test file, or the output of get-account-authorization-details.
 * @param servicePaths services besides those that the file names
 * @throws {InputFault}
 */
export async function readWorld(
  file: string,
  servicePaths: readonly string[] = [],
): Promise<World> {
  const { content, model, lineOf } = accountIn(file);
  const own = (content.services ?? []).map((path) => resolve(dirname(file), path));
  const services = await readServices([...own, ...servicePaths]);
  const documents = compiledDocuments();
  return {
    file,
    model,
    account: accountOf(model),
    region: content.region ?? "us-east-1",
    services,
    documents,
    findCaller: callersIn(model, documents),
    content,
    lineOf,
  };
}

function accountIn(file: string): Pick<World, "content" | "model" | "lineOf"> {
  if (file.endsWith(".json") && isDetailsFile(file))
    return { content: {}, model: detailsIn(file), lineOf: () => 1 };
  const { content, lineOf } = readTestFile(file);
  return { content, model: accountModelOf(content, file), lineOf };
}

function isDetailsFile(file: string): boolean {
  try {
    detailsIn(file);
    return true;
  } catch (error) {
    if (error instanceof InputFault) return false;
    throw error;
  }
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
  circumstances: Circumstances = {},
  now: Date = new Date(),
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
  const read = documentReader(world.file);
  const compiled = session.map((document, index) => {
    const content = read(document);
    const id = typeof document === "string" ? document : `session policy ${index + 1}`;
    // Inline documents of different tests are not the same.
    const own = typeof document === "string" ? world.documents : compiledDocuments();
    return own.compile(content, id, "session");
  });
  return { ...caller, policies: { ...caller.policies, session: compiled } };
}

function resourcePoliciesOf(
  { model, documents, file }: World,
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
  const content = documentReader(file)(resourcePolicy);
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
