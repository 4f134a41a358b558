import { splitArn } from "@portcullis/policy";
import { readContext, type VouchedContext } from "./context.ts";
import { isObject, type JsonObject, Malformed, memberOf, objectIn, textIn } from "./json.ts";
import { readSubject, type Subject } from "./subject.ts";

/** One evaluation (Authorization API 1.0, Access Evaluation Request) in the terms of policies. */
export interface EvaluationRequest {
  readonly subject: Subject;
  /** `orders:GetOrder` */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: VouchedContext;
}

/** The semantics of a batch (Authorization API 1.0, Evaluations semantics). */
export const SEMANTICS = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] as const;
export type Semantic = (typeof SEMANTICS)[number];

/** A batch. An item that is malformed is denied by itself. */
export interface BatchRequest {
  readonly items: readonly (EvaluationRequest | Malformed)[];
  readonly semantic: Semantic;
}

const EVALUATIONS_AT_MOST = 100;
const FIELDS = ["subject", "action", "resource", "context"] as const;

/** @throws {Malformed} */
export function readEvaluation(body: JsonObject, region: string): EvaluationRequest {
  const subject = readSubject(objectIn(body, "subject"));
  const action = textIn(objectIn(body, "action"), "name", "action", 128);
  if (!/^[\w-]{1,64}:\w{1,63}$/.test(action))
    throw new Malformed("`action.name` must be a service and an action, such as orders:GetOrder.");
  const resource = resourceOf(objectIn(body, "resource"), {
    service: action.slice(0, action.indexOf(":")),
    region,
    account: subject.account,
  });
  const context = memberOf(body, "context") ?? {};
  if (!isObject(context)) throw new Malformed("`context` must be an object.");
  return { subject, action, ...resource, context: readContext(context, action) };
}

/**
 * A batch, or undefined if the request has no list of evaluations: it is then a single one. Members
 * at the top are defaults for each item, as a whole.
 * @throws {Malformed}
 */
export function readBatch(body: JsonObject, region: string): BatchRequest | undefined {
  const given = memberOf(body, "evaluations");
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) throw new Malformed("`evaluations` must be a list.");
  if (given.length === 0) return undefined;
  if (given.length > EVALUATIONS_AT_MOST)
    throw new Malformed(`\`evaluations\` must have at most ${EVALUATIONS_AT_MOST} items.`);
  const semantic = semanticOf(memberOf(body, "options") ?? {});
  const items = given.map((item: unknown) => {
    if (!isObject(item)) throw new Malformed("Each of `evaluations` must be an object.");
    const merged = Object.fromEntries(
      FIELDS.map((name) => [name, memberOf(item, name) ?? memberOf(body, name)]),
    );
    try {
      return readEvaluation(merged, region);
    } catch (error) {
      if (error instanceof Malformed) return error;
      throw error;
    }
  });
  return { items, semantic };
}

function semanticOf(options: unknown): Semantic {
  if (!isObject(options)) throw new Malformed("`options` must be an object.");
  const given = memberOf(options, "evaluations_semantic") ?? "execute_all";
  const semantic = SEMANTICS.find((one) => one === given);
  if (semantic === undefined)
    throw new Malformed(`\`options.evaluations_semantic\` must be one of ${SEMANTICS.join(", ")}.`);
  return semantic;
}

/**
 * The resource's ARN. An id that is no ARN is one of the action's service, in the account of the
 * subject.
 */
function resourceOf(
  given: JsonObject,
  { service, region, account }: Readonly<Record<"service" | "region" | "account", string>>,
): Pick<EvaluationRequest, "resource" | "resourceAccount"> {
  const type = textIn(given, "type", "resource", 64);
  const id = textIn(given, "id", "resource", 2048);
  if (id === "*") return { resource: "*", resourceAccount: account };
  if (!id.startsWith("arn:")) {
    if (!/^[\w-]+$/.test(type))
      throw new Malformed("`resource.type` must be letters, digits, _ or - beside a plain id.");
    const resource = `arn:aws:${service}:${region}:${account}:${type}/${id}`;
    return { resource, resourceAccount: account };
  }
  const parts = splitArn(id);
  if (parts === undefined) throw new Malformed("`resource.id` is not a whole ARN.");
  if (parts.account !== "" && !/^\d{12}$/.test(parts.account))
    throw new Malformed("The account in `resource.id` must have 12 digits.");
  return { resource: id, resourceAccount: parts.account || account };
}
