import { GetRoleCommand } from "@aws-sdk/client-iam";
import { DescribeOrganizationCommand } from "@aws-sdk/client-organizations";
import { iam, organizations } from "../../api/clients.ts";
import { describeFailure } from "../../api/errors.ts";
import { rolePath } from "../../app/paths.ts";
import { decodeDocument } from "../../documents/document.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { type CasePolicy, casePolicy } from "./case-policies.ts";

/**
 * Whether service control policies limit the account, as far as it may know: those of a member
 * account are read by the management account only, which they do not limit itself.
 */
export async function isLimitedByOrganization(account: string): Promise<"yes" | "no" | "unknown"> {
  try {
    const { Organization } = await organizations(new DescribeOrganizationCommand({}));
    return Organization?.MasterAccountId === account ? "no" : "yes";
  } catch (error) {
    return describeFailure(error).code === "AWSOrganizationsNotInUse" ? "no" : "unknown";
  }
}

const ROLE = /^arn:[^:]*:iam::(\d{12}):role\//;

/** The trust policies of an account's own roles among resources, as far as they may be read. */
export async function loadTrust(
  resources: readonly string[],
  account: string,
): Promise<ReadonlyMap<string, CasePolicy>> {
  const own = resources.filter((resource) => ROLE.exec(resource)?.[1] === account);
  const found = await Promise.all(
    own.map(async (arn): Promise<readonly (readonly [string, CasePolicy])[]> => {
      const RoleName = nameOf(arn);
      try {
        const { Role } = await iam(new GetRoleCommand({ RoleName }));
        if (Role?.Arn !== arn) return [];
        const policy = casePolicy(
          {
            part: "trust",
            name: `Trust policy of ${RoleName}`,
            text: decodeDocument(Role.AssumeRolePolicyDocument),
            page: `${rolePath(RoleName)}?tab=trust`,
          },
          `trust ${arn}`,
        );
        return policy === undefined ? [] : [[arn, policy]];
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // The request's decision says that the trust policy is not known.
        return [];
      }
    }),
  );
  return new Map(found.flat());
}
