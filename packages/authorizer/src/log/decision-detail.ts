import type { Caller } from "@portcullis/iam/caller";
import type {
  DecisionDetail,
  RecordedNearMiss,
  RecordedStatement,
  RecordedVerdict,
} from "@portcullis/iam/record/decision";
import type {
  CompiledPolicy,
  ContextValue,
  Decision,
  Explanation,
  PolicyType,
  StatementReference,
} from "@portcullis/policy";
import type { Evaluation } from "../evaluation/evaluate.ts";
import { policyVersionOf } from "../policies/compiled-policies.ts";
import { statementText } from "./statement-text.ts";

/** Of each verdict. One of a kind decides; the rest are for the reader. */
const STATEMENTS_AT_MOST = 5;
const MISSES_AT_MOST = 5;
/** In characters. A larger statement is recorded without its text. */
const TEXT_AT_MOST = 4_096;
const VALUE_AT_MOST = 512;
const KEYS_AT_MOST = 100;
const VALUES_AT_MOST = 20;
/**
 * The characters of all values of a context, and of the values that near misses repeat. A record
 * must fit into an item of 400 KB, with others into a transaction of 4 MB.
 */
const CONTEXT_AT_MOST = 32_768;
const ACTUAL_AT_MOST = 16_384;

/** What explains a decision later, within a bounded size and without secrets. */
export function decisionDetail(
  { decision, request, apiPolicy }: Evaluation,
  { matched, verdicts, nearMisses, missingKeys }: Explanation,
  { account, userName }: Pick<Caller, "account" | "userName">,
): DecisionDetail {
  const policies = listed(request.policies, apiPolicy);
  const recorded = (reference: StatementReference, effect: "Allow" | "Deny"): RecordedStatement => {
    const { policyId, policyType, index, sid } = reference;
    const base = { policyId, policyType, index, ...(sid === undefined ? {} : { sid }), effect };
    if (!isOwn(policyType, account, request.resourceAccount)) return { ...base, policyId: "" };
    const policy = policies.find((one) => one.type === policyType && one.policyId === policyId);
    const statement = policy?.policy.statements[index];
    const versionId = policy && policyVersionOf(policy);
    const text = statement && statementText(statement);
    return {
      ...base,
      ...(versionId === undefined ? {} : { versionId }),
      ...(text === undefined || text.length > TEXT_AT_MOST ? {} : { text }),
    };
  };
  const verdictOf = ({ policyType, outcome }: Explanation["verdicts"][number]): RecordedVerdict => {
    const ofType = matched.filter((one) => one.policyType === policyType);
    const denies = ofType.filter(({ effect }) => effect === "Deny");
    const allows = ofType.filter(({ effect }) => effect === "Allow");
    const statements = [...denies, ...allows]
      .slice(0, STATEMENTS_AT_MOST)
      .map((one) => recorded(one, one.effect));
    return { policyType, outcome, statements };
  };
  const actually = valueWithin(ACTUAL_AT_MOST);
  const miss = ({ statement, failed }: Explanation["nearMisses"][number]): RecordedNearMiss => ({
    statement: recorded(statement, "Allow"),
    failedElement: failed.element,
    conditions:
      failed.element !== "condition"
        ? []
        : failed.conditions.map(({ operator, key, wanted, actual }) => ({
            operator,
            key,
            wanted: wanted.slice(0, VALUES_AT_MOST),
            ...(actual === undefined ? {} : { actual: list(actually(key, actual)) }),
          })),
  });
  const userAgent = request.context.get("aws:useragent");
  return {
    principal: request.principal,
    ...(userName === undefined ? {} : { userName }),
    ...(typeof userAgent === "string" ? { userAgent: userAgent.slice(0, VALUE_AT_MOST) } : {}),
    ...(request.resourceAccount === undefined ? {} : { resourceAccount: request.resourceAccount }),
    context: contextOf(request.context.entries()),
    decision: reasonOf(decision),
    verdicts: [...verdicts.map(verdictOf), ...apiVerdict(decision, verdicts, apiPolicy, recorded)],
    nearMisses: nearMisses
      .filter(({ statement }) => isOwn(statement.policyType, account, request.resourceAccount))
      .slice(0, MISSES_AT_MOST)
      .map(miss),
    missingKeys: missingKeys.slice(0, KEYS_AT_MOST),
  };
}

/** The policy of the API itself takes part beside the explained ones, and decided. */
function apiVerdict(
  decision: Decision,
  verdicts: Explanation["verdicts"],
  apiPolicy: CompiledPolicy | undefined,
  recorded: (reference: StatementReference, effect: "Allow" | "Deny") => RecordedStatement,
): readonly RecordedVerdict[] {
  const type = "resource-based";
  if (apiPolicy === undefined || verdicts.some(({ policyType }) => policyType === type)) return [];
  const { outcome } = decision;
  if (outcome === "allowed") return [];
  const decided = outcome === "explicitDeny" ? decision.deniedBy : decision.missing;
  if (decided !== type) return [];
  const statements = decision.statements.map((one) => recorded(one, "Deny"));
  return [{ policyType: type, outcome, statements }];
}

/**
 * INVARIANT: an account is shown no policies of another account's: neither those of its resources
 * nor the guardrails that its organization has put above it.
 */
function isOwn(type: PolicyType, account: string, resourceAccount: string | undefined): boolean {
  if (type === "service control") return false;
  const ofResource = type === "role trust" || type === "resource-based";
  return !ofResource || (resourceAccount ?? account) === account;
}

const listed = (
  { identity, boundary, session, resource, serviceControl }: Evaluation["request"]["policies"],
  apiPolicy: CompiledPolicy | undefined,
): readonly CompiledPolicy[] =>
  [
    identity,
    boundary,
    session,
    resource,
    ...(serviceControl ?? []),
    apiPolicy && [apiPolicy],
  ].flatMap((some) => some ?? []);

function reasonOf(decision: Decision): DecisionDetail["decision"] {
  const { outcome } = decision;
  if (outcome === "allowed") return { outcome };
  if (outcome === "implicitDeny") return { outcome, missing: decision.missing };
  return { outcome, deniedBy: decision.deniedBy };
}

function contextOf(
  entries: Iterable<readonly [string, ContextValue]>,
): readonly (readonly [string, ContextValue])[] {
  const found: (readonly [string, ContextValue])[] = [];
  const shown = valueWithin(CONTEXT_AT_MOST);
  for (const [key, value] of entries) {
    if (found.length === KEYS_AT_MOST) break;
    found.push([key.slice(0, VALUE_AT_MOST), shown(key, value)]);
  }
  return found;
}

/** Values for the record while they fit. One that does not is shown as cut. */
function valueWithin(charactersAtMost: number): (key: string, value: ContextValue) => ContextValue {
  let left = charactersAtMost;
  return (key, value) => {
    const shown = withoutSecret(key, value);
    const length = list(shown).reduce((sum, one) => sum + one.length, 0);
    if (length > left) return CUT;
    left -= length;
    return shown;
  };
}

/**
 * A value for the record. It is left out where the key's name, or the value's own form, tells of a
 * credential. A referrer's query may have one too.
 */
function withoutSecret(key: string, value: ContextValue): ContextValue {
  const name = key.toLowerCase();
  if (!NAMED_HARMLESS.has(name) && SECRET_NAME.test(name)) return HIDDEN;
  const shown = (text: string): string => {
    if (SECRET_FORM.test(text)) return HIDDEN;
    const bare = name === "aws:referer" ? (text.split(/[?#]/, 1)[0] ?? "") : text;
    return bare.length > VALUE_AT_MOST ? `${bare.slice(0, VALUE_AT_MOST)}${CUT}` : bare;
  };
  return typeof value === "string" ? shown(value) : value.slice(0, VALUES_AT_MOST).map(shown);
}

const HIDDEN = "***";
const CUT = "...";
const NAMED_HARMLESS: ReadonlySet<string> = new Set(["aws:tokenissuetime", "aws:tagkeys"]);
const SECRET_NAME = /secret|passw|token|authori[sz]ation|cookie|credential|signature|api-?_?key/;
/** JSON Web Tokens, authorization headers, and private keys. */
const SECRET_FORM = /^eyJ[\w-]{8,}\.|^(?:Bearer|Basic|AWS4-HMAC-SHA256)\s|-----BEGIN/i;

const list = (value: ContextValue): readonly string[] =>
  typeof value === "string" ? [value] : value;
