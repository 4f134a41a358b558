import type * as sdk from "@aws-sdk/client-accessanalyzer";
import {
  type AccessCheck,
  type CheckOptions,
  checkAccessNotGranted,
  checkNoNewAccess,
  checkNoPublicAccess,
  type Reason,
} from "@portcullis/analysis";
import { ApiError } from "../../error.ts";
import { operation } from "../../model/operation.ts";
import { invalidField, noResource } from "./analyzer-target.ts";

export const accessCheckOperations = {
  CheckNoNewAccess: operation<sdk.CheckNoNewAccessCommandInput, sdk.CheckNoNewAccessCommandOutput>({
    action: "access-analyzer:CheckNoNewAccess",
    target: noResource,
    async run({ account }, input) {
      const { existingPolicyDocument: existing = "", newPolicyDocument: updated = "" } = input;
      const options = optionsFor(input.policyType, account);
      return answer(checkNoNewAccess([existing], [updated], options));
    },
  }),

  CheckAccessNotGranted: operation<
    sdk.CheckAccessNotGrantedCommandInput,
    sdk.CheckAccessNotGrantedCommandOutput
  >({
    action: "access-analyzer:CheckAccessNotGranted",
    target: noResource,
    async run({ account }, { policyDocument = "", access = [], policyType }) {
      if (
        access.some(({ actions = [], resources = [] }) => actions.length + resources.length === 0)
      )
        throw invalidField("An access needs actions or resources.");
      const options = optionsFor(policyType, account);
      return answer(checkAccessNotGranted([policyDocument], access, options));
    },
  }),

  CheckNoPublicAccess: operation<
    sdk.CheckNoPublicAccessCommandInput,
    sdk.CheckNoPublicAccessCommandOutput
  >({
    action: "access-analyzer:CheckNoPublicAccess",
    target: noResource,
    async run({ account }, { policyDocument = "", resourceType }) {
      const kind = resourceType === "AWS::IAM::AssumeRolePolicyDocument" ? "trust" : "resource";
      return answer(checkNoPublicAccess([policyDocument], { kind, account }));
    },
  }),
} as const;

/** The caller's account owns the resource of a resource policy. */
const optionsFor = (type: sdk.AccessCheckPolicyType | undefined, account: string): CheckOptions =>
  type === "RESOURCE_POLICY" ? { kind: "resource", account } : { kind: "identity" };

interface Answer {
  readonly result: "PASS" | "FAIL";
  readonly message: string;
  readonly reasons: sdk.ReasonSummary[];
}

/**
 * AWS's answers are PASS and FAIL. INVARIANT: neither is given unless it is proved.
 * @throws {ApiError} `InvalidParameterException`, and `UnprocessableEntityException` when it can't
 * be decided
 */
function answer(check: AccessCheck): Answer {
  if (check.result === "INVALID") throw new ApiError("InvalidParameterException", check.message);
  if (check.result === "UNDECIDED") {
    const reasons = check.reasons.map(({ description }) => description).join(" ");
    throw new ApiError("UnprocessableEntityException", `${check.message} ${reasons}`.trim());
  }
  const example =
    check.result === "FAIL"
      ? ` For example ${check.counterexample.action} on ${check.counterexample.resource} is allowed.`
      : "";
  return {
    result: check.result,
    message: `${check.message}${example}`,
    reasons: check.reasons.map(reasonOf),
  };
}

const reasonOf = ({ description, statementIndex, statementId }: Reason): sdk.ReasonSummary => ({
  description,
  ...(statementIndex === undefined ? {} : { statementIndex }),
  ...(statementId === undefined ? {} : { statementId }),
});
