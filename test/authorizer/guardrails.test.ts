import type { AccountRecord } from "@portcullis/iam/record/account";
import type { OrganizationRecord } from "@portcullis/iam/record/organization";
import { describe, expect, test } from "vitest";
import { guardrailKeys } from "../../packages/authorizer/src/policies/guardrails.ts";

/** The two records are read at once, but not as of one moment: each may be the newer one. */
describe("an account's own service control policies", () => {
  const organization: OrganizationRecord = {
    id: "o-1",
    managementAccount: "100000000000",
    createdAt: "2026-01-01T00:00:00Z",
    rootId: "r-1",
    serviceControlEnabled: true,
    attached: { "r-1": ["p-root"] },
    rootTags: [],
  };
  const account: AccountRecord = {
    id: "222222222222",
    status: "ACTIVE",
    createdAt: "2026-01-01T00:00:00Z",
    groups: {},
    organizationPath: ["r-1"],
    serviceControlPolicies: ["p-own"],
  };
  const read = (of: AccountRecord, by: OrganizationRecord) =>
    guardrailKeys(of, by).map(({ partition }) => partition.split("/")[1]);

  test.each([
    ["of its generation bind it", 3, 3, ["p-root", "p-own"]],
    ["of an earlier generation do not", 2, 3, ["p-root"]],
    [
      "of a later one, read before the organization's record was old, do",
      4,
      3,
      ["p-root", "p-own"],
    ],
    [
      "from before there were generations bind it until the first switch",
      undefined,
      undefined,
      ["p-root", "p-own"],
    ],
    ["from before there were generations do not after it", undefined, 1, ["p-root"]],
  ])("%s", (_, own, current, expected) => {
    const of = { ...account, ...(own !== undefined && { attachmentGeneration: own }) };
    const by = { ...organization, ...(current !== undefined && { attachmentGeneration: current }) };
    expect(read(of, by)).toEqual(expected);
  });
});
