import { describe, expect, it } from "vitest";
import { changeStatement } from "../../../packages/console/src/pages/findings/mend/document.ts";
import { withoutStatement } from "../../../packages/console/src/pages/findings/mend/remove-statement.ts";
import {
  onlyOwnAccount,
  withExternalId,
  withoutPrincipal,
} from "../../../packages/console/src/pages/findings/mend/trust-changes.ts";

const OTHER = "arn:aws:iam::999988887777:root";
const trust = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Id: "kept", Statement: statements });
const allow = (Principal: unknown, more: object = {}) => ({
  Effect: "Allow",
  Principal,
  Action: "sts:AssumeRole",
  ...more,
});
const parsed = (text: string | undefined) => JSON.parse(text ?? "null");

describe("a principal taken out of a trust policy", () => {
  it("leaves the others, and all other members", () => {
    const text = trust(allow({ AWS: [OTHER, "111122223333"], Federated: "idp" }), allow("*"));
    expect(parsed(withoutPrincipal(text, 0, OTHER))).toEqual({
      Version: "2012-10-17",
      Id: "kept",
      Statement: [allow({ AWS: "111122223333", Federated: "idp" }), allow("*")],
    });
  });

  it("takes the statement with it when it was the only one", () => {
    const text = trust(allow({ AWS: OTHER }), allow({ AWS: "111122223333" }));
    expect(parsed(withoutPrincipal(text, 0, OTHER)).Statement).toEqual([
      allow({ AWS: "111122223333" }),
    ]);
  });

  it("denies everybody when nothing is left that allows", () => {
    for (const before of [
      trust(allow({ AWS: OTHER })),
      trust(allow({ AWS: [OTHER] }), { ...allow("*"), Effect: "Deny" }),
    ])
      expect(parsed(withoutPrincipal(before, 0, OTHER)).Statement).toMatchObject([
        { Effect: "Deny", Principal: { AWS: "*" } },
      ]);
  });

  it("changes nothing when it is not there any more", () => {
    for (const text of [
      trust(allow({ AWS: "111122223333" })),
      trust(allow("*")),
      trust({ Effect: "Allow", NotPrincipal: { AWS: OTHER }, Action: "sts:AssumeRole" }),
      "not JSON",
      "[]",
    ])
      expect(withoutPrincipal(text, 0, OTHER)).toBeUndefined();
    expect(withoutPrincipal(trust(allow({ AWS: OTHER })), 1, OTHER)).toBeUndefined();
  });
});

describe("a trust policy limited to its own account", () => {
  it("replaces whoever it named, and keeps conditions", () => {
    const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
    const account = "arn:aws:iam::100000000000:root";
    for (const open of [allow("*", { Condition }), allow({ AWS: ["*", OTHER] }, { Condition })])
      expect(parsed(onlyOwnAccount(trust(open), 0, "100000000000")).Statement).toEqual([
        allow({ AWS: account }, { Condition }),
      ]);
    expect(onlyOwnAccount(trust(allow({ AWS: account })), 0, "100000000000")).toBeUndefined();
  });
});

describe("an external id", () => {
  it("is required beside the conditions that are there", () => {
    const Condition = {
      Bool: { "aws:MultiFactorAuthPresent": "true" },
      StringEquals: { "aws:PrincipalOrgID": "o-1" },
    };
    const [statement] = parsed(withExternalId(trust(allow("*", { Condition })), 0, "id")).Statement;
    expect(statement.Condition).toEqual({
      Bool: Condition.Bool,
      StringEquals: { "aws:PrincipalOrgID": "o-1", "sts:ExternalId": "id" },
    });
    expect(withExternalId(trust(statement), 0, "other")).toBeUndefined();
  });
});

describe("a deny that is in the statement's place by now", () => {
  it("stays as it is: narrower, it would let somebody in", () => {
    const text = trust({ ...allow({ AWS: ["*", OTHER] }), Effect: "Deny" }, allow("*"));
    expect(withoutPrincipal(text, 0, OTHER)).toBeUndefined();
    expect(onlyOwnAccount(text, 0, "100000000000")).toBeUndefined();
    expect(withExternalId(text, 0, "id")).toBeUndefined();
  });
});

describe("a statement that is removed", () => {
  it("is never the last one, for a document needs one", () => {
    const remove = () => "remove" as const;
    expect(changeStatement(trust(allow("*")), 0, remove)).toBeUndefined();
    expect(parsed(changeStatement(trust(allow("*"), allow("1")), 0, remove)).Statement).toEqual([
      allow("1"),
    ]);
    // A single statement need not be in a list.
    const single = JSON.stringify({ Version: "2012-10-17", Statement: allow("*") });
    expect(parsed(changeStatement(single, 0, (one) => ({ ...one, Sid: "s" }))).Statement).toEqual([
      { ...allow("*"), Sid: "s" },
    ]);
  });

  it("is the one that the finding is about, not one that came into its place", () => {
    const [first, second] = [allow("*"), { ...allow(OTHER), Effect: "Deny" }];
    const seen = JSON.stringify(first);
    expect(parsed(withoutStatement(trust(first, second), 0, seen)).Statement).toEqual([second]);
    expect(withoutStatement(trust(second, first), 0, seen)).toBeUndefined();
    expect(withoutStatement(trust(first, second), 2, seen)).toBeUndefined();
    expect(withoutStatement("not JSON", 0, seen)).toBeUndefined();
    // Of a long statement the beginning alone is known.
    const begun = seen.slice(0, 20);
    expect(parsed(withoutStatement(trust(first, second), 0, begun)).Statement).toEqual([second]);
  });
});
