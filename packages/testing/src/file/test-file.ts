import { z } from "zod";

const document = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .describe("A policy document, or its path relative to this file.");
const policyNames = z
  .array(z.string())
  .describe("Names under `policies`, or ARNs of the policies that every account has.");
const tags = z.record(z.string(), z.string()).describe("Tags: `aws:PrincipalTag/<key>`.");
const context = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
  .describe("Condition keys of the request, such as `aws:SourceIp`.");
const account = z.string().regex(/^\d{12}$/, "must be 12 digits");

const holder = {
  policies: policyNames.optional(),
  inline: z.record(z.string(), document).optional().describe("Inline policies by name."),
};
const boundary = z.string().optional().describe("The policy that is the permissions boundary.");

const group = z.strictObject(holder);
const user = z.strictObject({
  ...holder,
  groups: z.array(z.string()).optional(),
  boundary,
  tags: tags.optional(),
});
const role = z.strictObject({
  ...holder,
  trust: document.optional().describe("The trust policy."),
  boundary,
  tags: tags.optional(),
});

const verdict = z
  .enum(["allowed", "denied", "implicitDeny", "explicitDeny"])
  .describe("`denied` is either kind of denial.");
const request = z
  .string()
  .describe(
    "`GET /orders/7`, which a service definition resolves, or an action and a resource: `orders:GetOrder arn:aws:orders:us-east-1:111122223333:order/7`.",
  );
const circumstances = {
  context: context.optional(),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe("Headers of a request that a service definition resolves."),
  session: z
    .array(document)
    .optional()
    .describe("Session policies that were passed when the role was assumed."),
  resourceAccount: account.optional().describe("The resource's account, if not the caller's."),
  resourceTags: z.record(z.string(), z.string()).optional(),
  resourcePolicy: document.optional().describe("The resource's own policy."),
};

const testCase = z.strictObject({
  name: z.string().optional(),
  principal: z
    .string()
    .describe("A user or role by name; `user/<name>` or `role/<name>`; or `root`."),
  request,
  ...circumstances,
  expect: verdict,
  statement: z
    .string()
    .optional()
    .describe("The deciding statement: its Sid, or `<policy>#<Sid or index from 0>`."),
});

const table = z.strictObject({
  name: z.string().optional(),
  requests: z.array(request).min(1),
  ...circumstances,
  expect: z
    .record(z.string(), z.array(verdict))
    .describe("For each principal a verdict for each request, in their order."),
});

const percent = z.number().min(0).max(100);

/** A file of policies and tests. `schema/policy-test.schema.json` is made from this. */
export const testFile = z
  .strictObject({
    $schema: z.string().optional(),
    account: account.optional().describe("The account's id. @default 111122223333"),
    region: z.string().optional().describe("@default us-east-1"),
    now: z.iso.datetime().optional().describe("`aws:CurrentTime`. @default the present time"),
    services: z
      .array(z.string())
      .optional()
      .describe("Service definitions (JSON, YAML or module), or service references as AWS's."),
    details: z
      .string()
      .optional()
      .describe(
        "The output of `aws iam get-account-authorization-details`, which has users, groups, roles and policies.",
      ),
    policies: z.record(z.string(), document).optional().describe("Managed policies by name."),
    groups: z.record(z.string(), group).optional(),
    users: z.record(z.string(), user).optional(),
    roles: z.record(z.string(), role).optional(),
    serviceControl: z
      .array(z.array(z.string()).min(1))
      .optional()
      .describe(
        "Service control policies: for each level, from the organization's root down to the account, names under `policies`.",
      ),
    context: context.optional().describe("Condition keys of every request."),
    tests: z.array(z.union([testCase, table])).optional(),
    coverage: z
      .strictObject({ statements: percent.optional(), actions: percent.optional() })
      .optional()
      .describe("The least percentage of statements and of services' actions that tests reach."),
  })
  .describe("Policies and their tests, for `portcullis policy test`.");

export type TestFile = z.infer<typeof testFile>;
export type TestCase = z.infer<typeof testCase>;
export type TestTable = z.infer<typeof table>;
export type ExpectedVerdict = z.infer<typeof verdict>;
export type Circumstances = Partial<Pick<TestCase, keyof typeof circumstances>>;

/** The JSON schema that editors complete test files by. */
export const testFileSchema = (): object => ({
  ...z.toJSONSchema(testFile, { io: "input" }),
  title: "Portcullis policy tests",
});
