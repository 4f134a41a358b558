// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { expect, test } from "vitest";
import { CHECKS, type PolicyFinding } from "../../packages/analysis/src/index.ts";
import type { PolicyKind } from "../../packages/policy/src/index.ts";
import { GET, get, lint, OF_RESOURCE, policy, type Statement, TRUST, when } from "./linted.ts";

/** By check: a document, and the text of the places that the finding names. */
const CASES: readonly (readonly [
  code: string,
  text: string,
  places: readonly string[],
  kind?: PolicyKind,
])[] = [
  ["INVALID_POLICY_ELEMENT", get({ Actoin: "x" }), ['"Actoin"']],
  ["INVALID_POLICY_ELEMENT", '{"Statement":[],"version":"2012-10-17"}', ['"version"']],
  ["INVALID_POLICY_ELEMENT", '{"Id":"a","Id":"b","Statement":[]}', ['"Id"']],
  ["DATA_TYPE_MISMATCH", "[1]", ["[1]"]],
  ["DATA_TYPE_MISMATCH", get({ Action: ["orders:GetOrder", 7] }), ["7"]],
  ["DATA_TYPE_MISMATCH", get({ Condition: [] }), ["[]"]],
  ["DATA_TYPE_MISMATCH", when("StringEquals", { "aws:username": [["x"]] }), ['["x"]']],
  ["INVALID_VERSION", '{"Version":"2012-10-18","Statement":[]}', ['"2012-10-18"']],
  ["MISSING_VERSION", JSON.stringify({ Statement: GET }), [JSON.stringify({ Statement: GET })]],
  ["MISSING_STATEMENT", '{"Version":"2012-10-17"}', ['{"Version":"2012-10-17"}']],
  ["MISSING_STATEMENT", '{"Statement":[ ]}', ["[ ]"]],
  ["MISSING_EFFECT", policy({ Action: "*", Resource: "*" }), ['{"Action":"*","Resource":"*"}']],
  [
    "MISSING_ACTION",
    policy({ Effect: "Deny", Resource: "*" }),
    ['{"Effect":"Deny","Resource":"*"}'],
  ],
  ["MISSING_RESOURCE", policy({ Effect: "Deny", Action: "*" }), ['{"Effect":"Deny","Action":"*"}']],
  ["MISSING_PRINCIPAL", policy(GET), [JSON.stringify(GET)], "resource"],
  ["INVALID_EFFECT", get({ Effect: "allow" }), ['"allow"']],
  ["UNSUPPORTED_ELEMENT_COMBINATION", get({ NotAction: "a:b" }), ['"orders:GetOrder"', '"a:b"']],
  ["EMPTY_ARRAY_ACTION", get({ Action: [] }), ["[]"]],
  ["EMPTY_ARRAY_RESOURCE", get({ Resource: [] }), ["[]"]],
  ["UNSUPPORTED_SID", get({ Sid: "a b" }), ['"a b"']],
  ["UNIQUE_SIDS_REQUIRED", policy({ ...GET, Sid: "a" }, { ...GET, Sid: "a" }), ['"a"']],
  ["EMPTY_SID_VALUE", get({ Sid: "" }), ['""']],
  ["UNSUPPORTED_PRINCIPAL", get({ Principal: "*" }), ['"*"']],
  ["SCP_SYNTAX_ERROR_PRINCIPAL", get({ Principal: "*" }), ['"*"'], "serviceControl"],
  [
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
    policy({ Effect: "Allow", NotPrincipal: { AWS: "111122223333" }, Action: "sts:AssumeRole" }),
    ['{"AWS":"111122223333"}'],
    "trust",
  ],
  [
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    policy({ ...TRUST, Resource: "*" }),
    ['"*"'],
    "trust",
  ],
  [
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
    get({ Resource: `arn:aws:orders:*:*:order/${"7".repeat(6200)}` }),
    [get({ Resource: `arn:aws:orders:*:*:order/${"7".repeat(6200)}` })],
  ],
  [
    "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
    get({ Resource: `arn:aws:orders:*:*:order/${"7".repeat(5200)}` }),
    [get({ Resource: `arn:aws:orders:*:*:order/${"7".repeat(5200)}` })],
    "serviceControl",
  ],
  ["INVALID_PRINCIPAL_FORMAT", policy({ ...OF_RESOURCE, Principal: "me" }), ['"me"'], "resource"],
  [
    "INVALID_PRINCIPAL_KEY",
    policy({ ...OF_RESOURCE, Principal: { Aws: "*" } }),
    ['"Aws"'],
    "resource",
  ],
  ["EMPTY_OBJECT_PRINCIPAL", policy({ ...OF_RESOURCE, Principal: {} }), ["{}"], "resource"],
  ["EMPTY_ARRAY_PRINCIPAL", policy({ ...OF_RESOURCE, Principal: { AWS: [] } }), ["[]"], "resource"],
  [
    "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    policy({
      ...OF_RESOURCE,
      Principal: { AWS: ["111122223333", "arn:aws:iam::111122223333:user/*"] },
    }),
    ['"arn:aws:iam::111122223333:user/*"'],
    "resource",
  ],
  [
    "ALLOW_WITH_NOT_PRINCIPAL",
    policy({ ...GET, NotPrincipal: { AWS: "111122223333" } }),
    ['{"AWS":"111122223333"}'],
    "resource",
  ],
  ["ALLOW_EVERYONE", policy({ ...OF_RESOURCE, Principal: "*" }), ['"*"'], "resource"],
  [
    "MISMATCHED_ACTION_FOR_PRINCIPAL",
    policy({ ...TRUST, Principal: { Federated: "id.example.com" } }),
    ['"sts:AssumeRole"'],
    "trust",
  ],
  [
    "MISMATCHED_ACTION_FOR_PRINCIPAL",
    policy({ ...TRUST, Action: "sts:AssumeRoleWithSAML" }),
    ['"sts:AssumeRoleWithSAML"'],
    "trust",
  ],
  [
    "INVALID_ROLE_REFERENCE",
    policy({ ...TRUST, Principal: { AWS: "AROACKCEVSQ6C2APP12" } }),
    ['"AROACKCEVSQ6C2APP12"'],
    "trust",
  ],
  [
    "INVALID_USER_REFERENCE",
    policy({ ...TRUST, Principal: { AWS: "AIDACKCEVSQ6C2BOB12" } }),
    ['"AIDACKCEVSQ6C2BOB12"'],
    "trust",
  ],
  ["INVALID_ACTION", get({ Action: "orders:GetOrders" }), ['"orders:GetOrders"']],
  ["INVALID_ACTION", get({ Action: "orders:Fetch*" }), ['"orders:Fetch*"']],
  ["INVALID_ACTION", get({ Action: "GetOrder" }), ['"GetOrder"']],
  ["INVALID_ACTION", get({ Action: "orders:Get:Order" }), ['"orders:Get:Order"']],
  ["INVALID_SERVICE_IN_ACTION", get({ Action: "or*:GetOrder" }), ['"or*:GetOrder"']],
  ["UNKNOWN_SERVICE_IN_ACTION", get({ Action: "order:GetOrder" }), ['"order:GetOrder"']],
  ["VARIABLE_UNSUPPORTED_IN_ELEMENT", get({ Action: "x:${aws}" }), ['"x:${aws}"']],
  [
    "UNSUPPORTED_ACTION_IN_POLICY",
    policy({ ...TRUST, Action: "iam:GetRole" }),
    ['"iam:GetRole"'],
    "trust",
  ],
  [
    "ALLOW_WITH_NOT_ACTION",
    policy({ Effect: "Allow", NotAction: "a:b", Resource: "*" }),
    ['"a:b"'],
  ],
  [
    "ALLOW_ALL_ACTIONS_ON_ALL_RESOURCES",
    policy({ Effect: "Allow", Action: "*", Resource: "*" }),
    ['"*"'],
  ],
  ["INVALID_ARN_PREFIX", get({ Resource: "aws:orders:::x" }), ['"aws:orders:::x"']],
  ["INVALID_PARTITION", get({ Resource: "arn:awz:orders:::x" }), ['"arn:awz:orders:::x"']],
  ["WILDCARD_IN_SERVICE_NAME", get({ Resource: "arn:aws:or*:::x" }), ['"arn:aws:or*:::x"']],
  ["MISSING_ARN_FIELD", get({ Resource: "arn:aws:orders" }), ['"arn:aws:orders"']],
  [
    "ARN_REGION_NOT_ALLOWED",
    get({ Resource: "arn:aws:iam:eu-west-1:1:user/x" }),
    ['"arn:aws:iam:eu-west-1:1:user/x"'],
  ],
  [
    "INVALID_ARN_ACCOUNT",
    get({ Resource: "arn:aws:orders:*:12:order/x" }),
    ['"arn:aws:orders:*:12:order/x"'],
  ],
  [
    "INVALID_ARN_RESOURCE",
    get({ Resource: "arn:aws:orders:*:*:basket/x" }),
    ['"arn:aws:orders:*:*:basket/x"'],
  ],
  [
    "UNSUPPORTED_RESOURCE_FOR_ACTION",
    get({ Action: "orders:ListOrders" }),
    ['"orders:ListOrders"', '"arn:aws:orders:*:*:order/7"'],
  ],
  ["INVALID_CONDITION_KEY_FORMAT", when("StringEquals", { username: "x" }), ['"username"']],
  [
    "INVALID_GLOBAL_CONDITION_KEY",
    when("StringEquals", { "aws:UserNames": "x" }),
    ['"aws:UserNames"'],
  ],
  [
    "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    when("ArnLike", { "aws:ARN": "arn:aws:s3:::x" }),
    ['"aws:ARN"'],
  ],
  [
    "MISSING_TAG_KEY_IN_CONDITION",
    when("StringEquals", { "aws:ResourceTag": "x" }),
    ['"aws:ResourceTag"'],
  ],
  [
    "INVALID_SERVICE_CONDITION_KEY",
    when("NumericEquals", { "orders:Prioriy": "1" }),
    ['"orders:Prioriy"'],
  ],
  [
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    when("StringEquals", { "aws:username": "x", "aws:Username": "y" }),
    ['"aws:username"', '"aws:Username"'],
  ],
  [
    "MISSING_PAIRED_CONDITION_KEYS",
    when("IpAddress", { "aws:VpcSourceIp": "10.0.0.0/8" }),
    ['"aws:VpcSourceIp"'],
  ],
  [
    "UNSUPPORTED_CONDITION_KEY_FOR_ACTION",
    when("NumericEquals", { "orders:Priority": "1" }),
    ['"orders:Priority"'],
  ],
  ["INVALID_CONDITION_OPERATOR", when("StringEqual", { "aws:username": "x" }), ['"StringEqual"']],
  ["NULL_WITH_IF_EXISTS", when("NullIfExists", { "aws:username": "true" }), ['"NullIfExists"']],
  [
    "NULL_WITH_QUALIFIER",
    when("ForAllValues:Null", { "aws:TagKeys": "true" }),
    ['"ForAllValues:Null"'],
  ],
  ["EMPTY_OBJECT_CONDITION", get({ Condition: {} }), ["{}"]],
  ["EMPTY_ARRAY_CONDITION", when("StringEquals", { "aws:username": [] }), ["[]"]],
  [
    "EMPTY_ARRAY_CONDITION_FORALLVALUES",
    when("ForAllValues:StringEquals", { "aws:TagKeys": [] }),
    ["[]"],
  ],
  [
    "EMPTY_ARRAY_CONDITION_FORANYVALUE",
    when("ForAnyValue:StringEquals", { "aws:TagKeys": [] }),
    ["[]"],
  ],
  ["EMPTY_ARRAY_CONDITION_IFEXISTS", when("StringEqualsIfExists", { "aws:username": [] }), ["[]"]],
  [
    "TYPE_MISMATCH_NUMBER",
    when("NumericEquals", { "aws:MultiFactorAuthAge": "10abc" }),
    ['"10abc"'],
  ],
  ["TYPE_MISMATCH_DATE", when("DateLessThan", { "aws:CurrentTime": "yesterday" }), ['"yesterday"']],
  [
    "TYPE_MISMATCH_IP_RANGE",
    when("IpAddress", { "aws:SourceIp": ["10.0.0.0/8", "10.0.0.0/33"] }),
    ['"10.0.0.0/33"'],
  ],
  ["TYPE_MISMATCH_BOOLEAN", when("Bool", { "aws:SecureTransport": "yes" }), ['"yes"']],
  ["TYPE_MISMATCH_STRING", when("BinaryEquals", { "x:y": "abc" }), ['"abc"']],
  ["TYPE_MISMATCH", when("StringEquals", { "aws:SourceIp": "10.0.0.1" }), ['"StringEquals"']],
  [
    "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    when("Bool", { "aws:SecureTransport": ["true", "false"] }),
    ['["true","false"]'],
  ],
  [
    "INVALID_DATE_VALUE",
    when("DateLessThan", { "aws:CurrentTime": "1714521600" }),
    ['"1714521600"'],
  ],
  ["WILDCARD_WITHOUT_LIKE_OPERATOR", when("StringEquals", { "aws:username": "bob*" }), ['"bob*"']],
  ["IMPROVE_IP_RANGE", when("IpAddress", { "aws:SourceIp": "10.1.2.3/8" }), ['"10.1.2.3/8"']],
  [
    "REDUNDANT_CONDITION_VALUE_NUM",
    when("NumericLessThan", { "aws:MultiFactorAuthAge": [27, 36] }),
    ["[27,36]"],
  ],
  [
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    when("ForAllValues:StringEquals", { "aws:username": "x" }),
    ['"ForAllValues:StringEquals"'],
  ],
  [
    "FORALLVALUES_WITHOUT_PRESENCE",
    when("ForAllValues:StringEquals", { "aws:TagKeys": "x" }),
    ['"ForAllValues:StringEquals"'],
  ],
  ["MISSING_QUALIFIER", when("StringEquals", { "aws:TagKeys": "x" }), ['"StringEquals"']],
  [
    "DENY_WITHOUT_MFA_MISSES_LONG_TERM_KEYS",
    when("Bool", { "aws:MultiFactorAuthPresent": "false" }, { Effect: "Deny" }),
    ['"Bool"'],
  ],
  [
    "NEGATED_CONDITION_ALLOWS_MISSING_KEY",
    when("StringNotEquals", { "aws:PrincipalTag/a": "x" }),
    ['"StringNotEquals"'],
  ],
  [
    "MISSING_BRACE_IN_VARIABLE",
    get({ Resource: "arn:aws:orders:*:*:order/${aws:username" }),
    ["${aws:username"],
  ],
  ["EMPTY_VARIABLE", get({ Resource: "arn:aws:orders:*:*:order/${}x" }), ["${}"]],
  [
    "UNSUPPORTED_SPACE_IN_VARIABLE",
    get({ Resource: "arn:aws:orders:*:*:order/${aws: username}" }),
    ["${aws: username}"],
  ],
  [
    "MISSING_QUOTE_IN_VARIABLE",
    get({ Resource: "arn:aws:orders:*:*:order/${aws:username, x}" }),
    ["${aws:username, x}"],
  ],
  ["UNKNOWN_VARIABLE", get({ Resource: "arn:aws:orders:*:*:order/${username}" }), ["${username}"]],
  [
    "VARIABLE_BEFORE_ARN_RESOURCE",
    get({ Resource: "arn:aws:orders:*:${aws:PrincipalAccount}:order/7" }),
    ["${aws:PrincipalAccount}:order/7"],
  ],
  [
    "VARIABLE_UNSUPPORTED_IN_VERSION",
    JSON.stringify({ Statement: { ...GET, Resource: "arn:aws:orders:*:*:order/${aws:username}" } }),
    ['"arn:aws:orders:*:*:order/${aws:username}"'],
  ],
  [
    "INVALID_VARIABLE_FOR_OPERATOR",
    when("IpAddress", { "aws:SourceIp": "${aws:VpcSourceIp}" }),
    ['"${aws:VpcSourceIp}"'],
  ],
  [
    "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    when("StringEquals", { "aws:ResourceTag/a": "x" }, { Effect: "Deny" }),
    ['"aws:ResourceTag/a"'],
  ],
  [
    "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    when("StringEquals", { "aws:ResourceTag/a": "x" }),
    ['"aws:ResourceTag/a"'],
  ],
  [
    "ASSUME_ROLE_WITH_STAR_IN_RESOURCE",
    policy({ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }),
    ['"sts:AssumeRole"', '"*"'],
  ],
  ["REDUNDANT_ACTION", get({ Action: ["orders:Get*", "orders:GetOrder"] }), ['"orders:GetOrder"']],
  [
    "REDUNDANT_RESOURCE",
    get({ Resource: ["arn:aws:orders:*:*:order/7", "arn:aws:orders:*:*:order/*"] }),
    ['"arn:aws:orders:*:*:order/7"'],
  ],
  ["REDUNDANT_STATEMENT", policy(GET, { ...GET, Resource: "*" }), [JSON.stringify(GET)]],
  [
    "INEFFECTIVE_STATEMENT",
    policy(GET, { Effect: "Deny", Action: "orders:*", Resource: "*" }),
    [JSON.stringify(GET)],
  ],
  [
    "CONDITION_NEVER_TRUE",
    get({ Condition: { NumericLessThan: { "x:y": "1" }, NumericGreaterThan: { "x:y": "2" } } }),
    ['{"NumericLessThan":{"x:y":"1"},"NumericGreaterThan":{"x:y":"2"}}'],
  ],
  ["CONDITION_ALWAYS_TRUE", when("StringLikeIfExists", { "aws:username": "*" }), ['"*"']],
  ...grantCases("PASS_ROLE", "iam:PassRole"),
  ...grantCases("CREATE_SLR", "iam:CreateServiceLinkedRole"),
];

function grantCases(prefix: string, action: string): typeof CASES {
  const allow = (more: Statement) => policy({ Effect: "Allow", ...more });
  const NotResource = "arn:aws:iam::111122223333:role/x";
  const [named, except] = [JSON.stringify(action), JSON.stringify(NotResource)];
  return [
    [`${prefix}_WITH_NOT_RESOURCE`, allow({ Action: action, NotResource }), [named, except]],
    [
      `${prefix}_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE`,
      allow({ Action: "iam:*", NotResource }),
      ['"iam:*"', except],
    ],
    [
      `${prefix}_WITH_NOT_ACTION_AND_NOT_RESOURCE`,
      allow({ NotAction: "s3:*", NotResource }),
      ['"s3:*"', except],
    ],
    [`${prefix}_WITH_STAR_IN_RESOURCE`, allow({ Action: action, Resource: "*" }), [named, '"*"']],
    [
      `${prefix}_WITH_STAR_IN_ACTION_AND_RESOURCE`,
      allow({ Action: "iam:*", Resource: "*" }),
      ['"iam:*"', '"*"'],
    ],
    [
      `${prefix}_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION`,
      allow({ NotAction: "s3:*", Resource: "*" }),
      ['"s3:*"', '"*"'],
    ],
  ];
}

const placesOf = (text: string, { locations }: PolicyFinding): readonly string[] =>
  locations.map(({ span }) => text.slice(span.start.offset, span.end.offset));

const NAMED = CASES.map(([code, text, places, kind]) => ({ code, text, places, kind }));

test.each(NAMED)("$code is found where it is: $text", ({ code, text, places, kind }) => {
  const found = lint(text, kind).filter(({ issueCode }) => issueCode === code);
  expect(found.map((finding) => placesOf(text, finding))).toContainEqual(places);
  const check = CHECKS.find((one) => one.code === code);
  expect(found.every(({ findingType }) => findingType === check?.type)).toBe(true);
});

test("every check but the last resort has a case", () => {
  const tested = new Set(CASES.map(([code]) => code));
  expect(CHECKS.map(({ code }) => code).filter((code) => !tested.has(code))).toEqual([]);
  expect(new Set(CHECKS.map(({ code }) => code)).size).toBe(CHECKS.length);
});
