import type * as sdk from "@aws-sdk/client-accessanalyzer";
import { type FindingLocation, installationServices, lintPolicy } from "@portcullis/analysis";
import type { PolicyKind, TextPosition } from "@portcullis/policy";
import { operation } from "../../model/operation.ts";
import { slicePage } from "../../storage/pagination.ts";
import { invalidField, noResource } from "./analyzer-target.ts";

export const policyValidationOperations = {
  ValidatePolicy: operation<sdk.ValidatePolicyCommandInput, sdk.ValidatePolicyCommandOutput>({
    action: "access-analyzer:ValidatePolicy",
    target: noResource,
    async run({ settings }, input) {
      const references = settings.catalog?.().Services ?? [];
      const services = references.length === 0 ? undefined : installationServices(references);
      const { findings } = lintPolicy(input.policyDocument ?? "", {
        kind: kindOf(input),
        services,
      });
      const page = slicePage(findings, { MaxItems: input.maxResults, Marker: input.nextToken });
      return {
        findings: page.items.map(
          ({ findingType, issueCode, findingDetails, learnMoreLink, locations }) => ({
            findingType,
            issueCode,
            findingDetails,
            learnMoreLink,
            locations: locations.map(({ path, span }) => ({
              path: awsPath(path),
              span: { start: awsPosition(span.start), end: awsPosition(span.end) },
            })),
          }),
        ),
        ...(page.Marker === undefined ? {} : { nextToken: page.Marker }),
      };
    },
  }),
} as const;

/**
 * As AWS writes paths: the value of a member is `value`, an item of a list `index`. What stands at
 * the place is not part of it.
 */
function awsPath(path: FindingLocation["path"]): sdk.PathElement[] {
  return path.flatMap((step): sdk.PathElement[] => {
    if ("key" in step) return [{ value: step.key }];
    if ("index" in step) return [{ index: step.index }];
    return "substring" in step ? [{ substring: { ...step.substring } }] : [];
  });
}

/** Access Analyzer counts columns from 0. */
const awsPosition = ({ line, column, offset }: TextPosition): sdk.Position => ({
  line,
  column: column - 1,
  offset,
});

const KINDS: Readonly<Partial<Record<sdk.PolicyType, PolicyKind>>> = {
  IDENTITY_POLICY: "identity",
  RESOURCE_POLICY: "resource",
  SERVICE_CONTROL_POLICY: "serviceControl",
};

const TRUST: sdk.ValidatePolicyResourceType = "AWS::IAM::AssumeRolePolicyDocument";

function kindOf({
  policyType,
  validatePolicyResourceType: resourceType,
}: sdk.ValidatePolicyCommandInput): PolicyKind {
  const kind = policyType === undefined ? undefined : KINDS[policyType];
  if (kind === undefined)
    throw invalidField(
      `Policies of type ${policyType} are not used here: there are none to check.`,
    );
  if (resourceType !== undefined && kind !== "resource")
    throw invalidField("A resource type can be given for resource policies only.");
  return resourceType === TRUST ? "trust" : kind;
}
