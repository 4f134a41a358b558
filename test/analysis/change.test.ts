// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { expect, test } from "vitest";
import { describeChange, type PolicyChange } from "../../packages/analysis/src/index.ts";
import { authorize, compilePolicy, parsePolicy } from "../../packages/policy/src/index.ts";
import { allow, deny, doc, trusting } from "./account.ts";
import { SERVICES } from "./services.ts";

const ORDER = "arn:aws:orders:*:*:order/*";

function change(existing: string, updated: string): PolicyChange {
  return describeChange([existing], [updated], { kind: "identity", services: SERVICES });
}

function sentences({
  newlyAllowed,
  newlyDenied,
  noLongerDenies,
  newlyDenies,
}: PolicyChange): readonly string[] {
  return [newlyAllowed, newlyDenied, noLongerDenies, newlyDenies]
    .flat()
    .map(({ sentence }) => sentence);
}

test.each([
  [
    "an action more",
    doc(allow(["orders:GetOrder"], ORDER)),
    doc(allow(["orders:GetOrder", "orders:DeleteOrder"], ORDER)),
    ["Newly allows `orders:DeleteOrder` on `arn:aws:orders:*:*:order/*`."],
  ],
  [
    "an action less",
    doc(allow(["orders:GetOrder", "orders:DeleteOrder"], ORDER)),
    doc(allow(["orders:GetOrder"], ORDER)),
    ["No longer allows `orders:DeleteOrder` on `arn:aws:orders:*:*:order/*`."],
  ],
  [
    "other words for the same",
    doc(allow(["orders:Get*", "orders:GetOrder"], ORDER)),
    doc(allow("orders:GET*", ORDER)),
    [],
  ],
  [
    "a condition less",
    doc(allow("orders:*", ORDER, { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })),
    doc(allow("orders:*", ORDER)),
    ["Newly allows `orders:*` on `arn:aws:orders:*:*:order/*`."],
  ],
  [
    "a condition more",
    doc(allow("orders:*", ORDER)),
    doc(
      allow("orders:*", ORDER, {
        Condition: {
          NumericLessThan: { "orders:Priority": "3" },
          StringNotLikeIfExists: { "aws:username": ["a*", "b"] },
        },
      }),
    ),
    ["No longer allows `orders:*` on `arn:aws:orders:*:*:order/*`."],
  ],
  [
    "conditions in words",
    doc(allow("orders:GetOrder", ORDER)),
    doc(
      allow("orders:GetOrder", ORDER),
      allow("orders:DeleteOrder", ORDER, {
        Condition: {
          NumericLessThan: { "orders:Priority": "3" },
          StringNotLikeIfExists: { "aws:username": ["a*", "b"] },
          Null: { "aws:TokenIssueTime": "true" },
          "ForAnyValue:StringEquals": { "orders:Labels": "x" },
        },
      }),
    ),
    [
      "Newly allows `orders:DeleteOrder` on `arn:aws:orders:*:*:order/*` if `orders:Priority` is less than `3` and `aws:username` is not like `a*` or `b`, or is absent and `aws:TokenIssueTime` is absent and one of `orders:Labels` is `x`.",
    ],
  ],
  [
    "a deny less",
    doc(allow("orders:*"), deny("orders:DeleteOrder")),
    doc(allow("orders:*")),
    ["Newly allows `orders:DeleteOrder` on `*`, which was denied."],
  ],
  [
    "a deny more",
    doc(allow("orders:*")),
    doc(allow("orders:*"), deny("orders:DeleteOrder")),
    ["No longer allows `orders:DeleteOrder` on `*`, which is denied now."],
  ],
  [
    "nothing but denies, one less",
    doc(deny("iam:*"), deny("sts:*")),
    doc(deny("iam:*")),
    ["No longer denies `sts:*` on `*`."],
  ],
  [
    "nothing but denies, one more",
    doc(deny("iam:*")),
    doc(deny(["iam:*", "sts:*"])),
    ["Newly denies `sts:*` on `*`."],
  ],
  [
    "all but some",
    doc({ Effect: "Allow", NotAction: ["iam:*", "sts:*"], Resource: "*" }),
    doc({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }),
    ["Newly allows all actions but `iam:*` on `*`."],
  ],
])("%s", (_, existing, updated, expected) => {
  const found = change(existing, updated);
  expect(sentences(found)).toEqual(expected);
  expect(found.result).toBe(expected.length === 0 ? "SAME" : "CHANGED");
  expect(found.undecided).toEqual([]);
});

test("examples are what they say, by the names of the services' actions", () => {
  const [existing, updated] = [doc(allow("orders:Get*", ORDER)), doc(allow("orders:*", ORDER))];
  const { newlyAllowed } = change(existing, updated);
  const { principal, action, resource, context } = newlyAllowed[0]!.example;
  expect([action, resource]).toEqual([
    "orders:ListOrders",
    "arn:aws:orders:us-east-1:111122223333:order/example",
  ]);
  const outcomes = [existing, updated].map((text) => {
    const parsed = parsePolicy(text, "identity");
    if (!parsed.ok) throw new Error("not a policy");
    const policy = compilePolicy(parsed.policy, { policyId: "p", type: "identity-based" });
    return authorize({
      principal,
      action,
      resource,
      context: new Map(Object.entries(context)),
      policies: { identity: [policy] },
    }).outcome;
  });
  expect(outcomes).toEqual(["implicitDeny", "allowed"]);
});

test("trust that is widened names who comes in", () => {
  const found = describeChange(
    [trusting({ AWS: "111122223333" })],
    [trusting({ AWS: ["111122223333", "444455556666"] })],
    { kind: "trust" },
  );
  expect(sentences(found)).toEqual([
    "Newly allows `sts:AssumeRole` on `*` to `111122223333` and `444455556666`.",
  ]);
  expect(found.newlyAllowed[0]?.example.principal).toMatchObject({ account: "444455556666" });
});

test("a document that is none is said to be so", () => {
  const found = change("{}", doc(allow("*")));
  expect(found.result).toBe("INVALID");
  expect(found.issues.map(({ message }) => message)).toEqual(["Syntax errors in policy."]);
});
