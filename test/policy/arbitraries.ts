// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import fc from "fast-check";
import type { Principal } from "../../packages/policy/src/index.ts";
import type { Document, Request, Statement, Texts } from "../reference/request.ts";

/**
 * Requests and documents from a small world, so that they meet: two services, a few actions,
 * resources that share beginnings, colons where they hurt.
 */
const ACCOUNT = "111122223333";
const OTHER = "444455556666";

const action = fc.constantFrom(
  "orders:GetOrder",
  "orders:ListOrders",
  "ORDERS:getorder",
  "iam:GetUser",
  "sts:AssumeRole",
);
const actionPattern = fc.oneof(
  action,
  fc.constantFrom(
    "*",
    "*:*",
    "orders:*",
    "orders:Get*",
    "orders:*Order",
    "orders:?etOrder",
    "iam:*",
    "orders:*r*",
    "sts:*",
  ),
);
const part = fc.constantFrom(
  "order/7",
  "order/77",
  "order/7:x",
  "x:order/7",
  "bob/7",
  "a*b",
  "order/",
  "",
  "::",
  "order/\uffff",
  "order/\uffff7",
);
const partPattern = fc.oneof(
  part,
  fc.constantFrom(
    "*",
    "order/*",
    "order/?",
    "*7",
    "*/7",
    "*:x",
    "${aws:username}/*",
    "${aws:missing}/7",
    "o*/*7*",
  ),
  fc.constantFrom(
    "${aws:username, 'order'}/7",
    "${*}",
    "a${*}b",
    "*${?}*",
    "${aws:missing, 'order'}/?",
    "x:*",
    "order/\uffff*",
  ),
);
const head = fc.constantFrom(
  `arn:aws:orders:us-east-1:${ACCOUNT}:`,
  `arn:aws:orders:eu-west-1:${ACCOUNT}:`,
  `arn:aws:orders:us-east-1:${OTHER}:`,
  "arn:aws:s3:::",
);
const headPattern = fc.oneof(
  head,
  fc.constantFrom(
    `arn:aws:orders:*:${ACCOUNT}:`,
    "arn:aws:orders:*:*:",
    `arn:aws:orders:us-*:${ACCOUNT}:`,
  ),
  fc.constantFrom(
    "arn:aws:orders:us-east-1:*:",
    "arn:aws:orders:us-east-?:*:",
    "arn:aws:s3:*:*:",
    "arn:*:orders:*:*:",
  ),
);
const resource = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(head, part).map((texts) => texts.join("")) },
  { weight: 1, arbitrary: fc.constant("*") },
);
const resourcePattern = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(headPattern, partPattern).map((texts) => texts.join("")) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "*",
      "arn:aws:orders:*",
      "arn:aws:orders:*:order/7",
      "arn:aws:orders:us-*",
      "arn:aws:orders:*:*",
    ),
  },
);

const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
/** Now and then so many that the engine keeps them another way. */
const some = (item: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 9, arbitrary: few(item) },
    { weight: 1, arbitrary: fc.array(item, { minLength: 9, maxLength: 12 }) },
  );

const text = fc.constantFrom(
  "bob",
  "Bob",
  "b*",
  "a",
  "",
  "arn:aws:iam::111122223333:user/bob",
  "10",
  "10.1.2.3",
  "true",
);
const wantedText = fc.oneof(
  text,
  fc.constantFrom("*", "b?b", "${aws:username}", "${aws:missing, 'bob'}", "arn:aws:iam::*:user/*"),
);
const number = fc.constantFrom("10", "9", "10.0", "-1", "99999999999999999999");
const date = fc.constantFrom("2024-05-01T00:00:00Z", "2024-05-01", "1714521600", "2024");
const range = fc.constantFrom(
  "10.0.0.0/8",
  "10.1.2.3",
  "0.0.0.0/0",
  "2001:db8::/32",
  "2001:db8::1",
);
const flag = fc.constantFrom("true", "false", "TRUE");
const base64 = fc.constantFrom("QUJD", "QQ==", "QR==", "");

const operatorsAnd = (names: readonly string[], wanted: fc.Arbitrary<string>) => ({
  names,
  wanted,
});
const OPERATORS = [
  operatorsAnd(
    ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
    wantedText,
  ),
  operatorsAnd(
    ["StringLike", "StringNotLike", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
    wantedText,
  ),
  operatorsAnd(
    ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"],
    number,
  ),
  operatorsAnd(["NumericLessThanEquals", "NumericGreaterThan"], number),
  operatorsAnd(["DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals"], date),
  operatorsAnd(["DateGreaterThan", "DateGreaterThanEquals"], date),
  operatorsAnd(["IpAddress", "NotIpAddress"], range),
  operatorsAnd(["Bool", "Null"], flag),
  operatorsAnd(["BinaryEquals"], base64),
];
const key = fc.constantFrom("aws:username", "AWS:UserName", "orders:a", "orders:b", "aws:TagKeys");

const condition: fc.Arbitrary<NonNullable<Statement["Condition"]>> = fc
  .constantFrom(...OPERATORS)
  .chain(({ names, wanted }) =>
    fc.record({
      set: fc.constantFrom("", "", "ForAllValues:", "ForAnyValue:"),
      name: fc.constantFrom(...names),
      ifExists: fc.constantFrom("", "", "IfExists"),
      key,
      values: fc.array(wanted, { maxLength: 3 }),
    }),
  )
  .map(({ set, name, ifExists, key: wantedKey, values }) => ({
    [`${set}${name}${name === "Null" ? "" : ifExists}`]: { [wantedKey]: values },
  }));

const effect = fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const);

export const statement: fc.Arbitrary<Statement> = fc
  .tuple(
    fc.record({ Effect: effect }),
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ Action: some(actionPattern) }) },
      { weight: 1, arbitrary: fc.record({ NotAction: some(actionPattern) }) },
    ),
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ Resource: some(resourcePattern) }) },
      { weight: 1, arbitrary: fc.record({ NotResource: some(resourcePattern) }) },
    ),
    fc.option(fc.record({ Condition: condition }), { nil: {}, freq: 2 }),
  )
  .map(([a, b, c, d]) => ({ ...a, ...b, ...c, ...d }));

const version = fc.constantFrom("2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17");

const documentOf = (item: fc.Arbitrary<Statement>, maxLength = 4): fc.Arbitrary<Document> =>
  fc.record({ Version: version, Statement: fc.array(item, { minLength: 1, maxLength }) });

/** The last is large enough for the engine to index by action within a resource pattern. */
export const document: fc.Arbitrary<Document> = fc.oneof(
  { weight: 6, arbitrary: documentOf(statement) },
  { weight: 1, arbitrary: documentOf(statement, 30) },
);

const principals: readonly Principal[] = [
  { type: "Root", account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT },
  {
    type: "User",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
    userId: "AIDACKCEVSQ6C2BOB",
  },
  {
    type: "AssumedRole",
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/s1`,
    userId: "AROACKCEVSQ6C2APP:s1",
    roleArn: `arn:aws:iam::${ACCOUNT}:role/app`,
    roleId: "AROACKCEVSQ6C2APP",
  },
  {
    type: "FederatedUser",
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
    userId: `${ACCOUNT}:guest`,
    userArn: `arn:aws:iam::${ACCOUNT}:user/bob`,
  },
  { type: "Federated", provider: "id.example.com" },
  { type: "Service", service: "orders.example.com" },
  { type: "Anonymous" },
];
const named = fc.constantFrom<"*" | { readonly [type: string]: Texts }>(
  "*",
  { AWS: "*" },
  { AWS: ACCOUNT },
  { AWS: [OTHER] },
  { AWS: [`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:user/bob`] },
  { AWS: `arn:aws:iam::${ACCOUNT}:user/bob` },
  { AWS: "AIDACKCEVSQ6C2BOB" },
  { AWS: ["AROACKCEVSQ6C2APP", ACCOUNT] },
  { AWS: `arn:aws:iam::${ACCOUNT}:role/app` },
  {
    AWS: [
      `arn:aws:sts::${ACCOUNT}:assumed-role/app/s1`,
      `arn:aws:iam::${ACCOUNT}:role/app`,
      ACCOUNT,
    ],
  },
  { AWS: `arn:aws:sts::${ACCOUNT}:federated-user/guest`, Service: "orders.example.com" },
  { Service: ["orders.example.com"] },
  { Federated: "id.example.com" },
);
const resourceStatement = fc
  .tuple(
    statement,
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ Principal: named }) },
      { weight: 1, arbitrary: fc.record({ NotPrincipal: named }) },
    ),
  )
  .map(([a, b]) => ({ ...a, ...b }));
const trustStatement = fc
  .record({
    Effect: effect,
    Action: fc.constantFrom<Texts>("sts:AssumeRole", "sts:*", ["sts:TagSession"]),
    Principal: named,
  })
  .chain((base) =>
    fc
      .option(condition, { nil: undefined })
      .map((c) => (c === undefined ? base : { ...base, Condition: c })),
  );

const contextValue = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(text, number, date, range, flag, base64) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }) },
);
const context = fc.dictionary(
  fc.constantFrom("aws:username", "orders:a", "orders:b", "aws:tagkeys"),
  contextValue,
  {
    noNullPrototype: true,
  },
);

const requestBase = fc.record({
  principal: fc.constantFrom(...principals),
  action,
  resource,
  context,
});
const documents = fc.array(document, { maxLength: 2 });

/** Anybody's request with any combination of policies. */
export const request: fc.Arbitrary<Request> = fc
  .tuple(
    requestBase,
    fc.record({ identity: documents }),
    fc.option(fc.record({ boundary: documents }), { nil: {}, freq: 2 }),
    fc.option(fc.record({ session: documents }), { nil: {}, freq: 2 }),
    fc.option(fc.record({ serviceControl: fc.array(documents, { maxLength: 2 }) }), {
      nil: {},
      freq: 2,
    }),
    fc.oneof(
      fc.constant({}),
      fc.record({
        ofResource: fc.array(documentOf(resourceStatement, 3), { minLength: 1, maxLength: 2 }),
      }),
      fc.record({
        ofResource: fc.array(documentOf(trustStatement, 3), { minLength: 1, maxLength: 2 }),
        trust: fc.constant(true),
        action: fc.constant("sts:AssumeRole"),
      }),
    ),
    fc.constantFrom({}, {}, { resourceAccount: ACCOUNT }, { resourceAccount: OTHER }),
  )
  .map((records) => Object.assign({}, ...records));

/** A user's request with identity policies only. */
export const simpleRequest: fc.Arbitrary<Request> = fc
  .tuple(requestBase, documents)
  .map(([base, identity]) => ({ ...base, principal: principals[1]!, identity }));
