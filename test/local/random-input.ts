import type { Shape, Structure } from "@portcullis/protocol";

/** What a random request may speak of. */
export interface Vocabulary {
  /** One of several, as chance has it. */
  readonly choose: <T>(...of: readonly T[]) => T;
  /** The account that ARNs and ids name: the caller's or another's. */
  readonly account: string;
  /** Text of the caller's own, to be found again. */
  readonly marker: string;
  readonly accessKeyIds: readonly string[];
  readonly organization: {
    readonly rootId: string;
    readonly parentIds: readonly string[];
    readonly policyIds: readonly string[];
  };
}

/**
 * The same few in every account, so that they meet whenever something is kept by its name alone.
 */
const NAMES = ["bob", "eve", "Shared"];

/**
 * An input of an operation, by the names of its members: well-formed enough to get past validation
 * most of the time.
 */
export function randomInput(
  input: Structure | undefined,
  operation: string,
  words: Vocabulary,
): object {
  const members = [...(input?.members ?? [])].flatMap(([name, shape]) => {
    const value = wordOf(name, shape, operation, words);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(members);
}

function wordOf(name: string, shape: Shape, operation: string, words: Vocabulary): unknown {
  const { choose } = words;
  // Pages are as large as may be, and begin at the beginning.
  if (["Marker", "MaxItems", "MaxResults", "NextToken"].includes(name)) return undefined;
  switch (shape.kind) {
    case "string":
      return textOf(name, operation, words);
    case "number":
      return NUMBERS[name];
    case "boolean":
      return choose(true, false, undefined);
    case "list":
      if (name === "Tags") return [{ Key: "who", Value: words.marker }];
      if (name === "ActionNames") return ["orders:GetOrder", "iam:GetUser"];
      return choose(undefined, [wordOf(name.replace(/s$/, ""), shape.member, operation, words)]);
    case "structure":
      return choose(undefined, randomInput(shape, operation, words));
    default:
      return undefined;
  }
}

const NUMBERS: Readonly<Record<string, number | undefined>> = {
  MinimumPasswordLength: 12,
  MaxPasswordAge: 90,
};

const KINDS = [
  "user",
  "role",
  "group",
  "policy",
  "mfa",
  "saml-provider",
  "oidc-provider",
  "instance-profile",
];

/** Which kind of ARN an operation wants, where its member's name does not tell. */
function kindOf(member: string, operation: string): string {
  const named = (text: string) =>
    KINDS.find((kind) =>
      text.toLowerCase().includes(kind.replaceAll("-", "").replace("oidc", "openidconnect")),
    );
  return named(member) ?? named(operation) ?? "user";
}

const FIXED: Readonly<Record<string, string | undefined>> = {
  Path: "/",
  NewPath: "/",
  PathPrefix: "/",
  Status: "Inactive",
  Url: "https://idp.example.com",
  RoleSessionName: "visitor",
  AuthenticationCode1: "123456",
  AuthenticationCode2: "654321",
  Password: "long enough, 1 Password",
  VersionId: "v1",
  Filter: "SERVICE_CONTROL_POLICY",
  Scope: "All",
  EntityFilter: undefined,
  PolicyUsageFilter: undefined,
  AssignmentStatus: "Any",
  Granularity: undefined,
  PolicyType: "SERVICE_CONTROL_POLICY",
  Type: "SERVICE_CONTROL_POLICY",
  ChildType: "ACCOUNT",
  FeatureSet: "ALL",
  ServiceName: "codecommit.amazonaws.com",
  AWSServiceName: "ecs.amazonaws.com",
  Thumbprint: "0123456789012345678901234567890123456789",
  ThumbprintList: "0123456789012345678901234567890123456789",
  AssertionEncryptionMode: undefined,
  ExternalId: undefined,
  SourceIdentity: undefined,
  SerialNumber: undefined,
  TokenCode: undefined,
};

function textOf(name: string, operation: string, words: Vocabulary): string | undefined {
  const { choose, account, marker, organization } = words;
  if (name === "SerialNumber" && /MFADevice/.test(operation))
    return `arn:aws:iam::${account}:mfa/${choose(...NAMES)}`;
  if (name in FIXED) return FIXED[name];
  if (/Document$|^Content$/.test(name)) return documentOf(name, operation, words);
  if (name === "Policy") return choose(undefined, documentOf(name, operation, words));
  if (name === "Description") return marker;
  if (name === "Email") return `${marker}@example.com`;
  if (name === "AccessKeyId") return choose(...words.accessKeyIds);
  if (name === "AccountAlias") return choose("alias-one", "alias-two");
  if (/Arn$|^PermissionsBoundary$/.test(name) || (/arns?$/i.test(name) && name !== "Arns")) {
    const kind = name === "PermissionsBoundary" ? "policy" : kindOf(name, operation);
    if (kind === "policy" && choose(true, false, false))
      return "arn:aws:iam::aws:policy/AdministratorAccess";
    return `arn:aws:iam::${account}:${kind}/${kind === "oidc-provider" ? "idp.example.com" : choose(...NAMES)}`;
  }
  if (name === "AccountId" || name === "TargetId" || name === "ChildId" || name === "ResourceId")
    return account;
  if (/ParentId$/.test(name)) return choose(organization.rootId, ...organization.parentIds);
  if (name === "RootId") return organization.rootId;
  if (name === "PolicyId") return choose(...organization.policyIds);
  if (name === "OrganizationalUnitId") return choose(...organization.parentIds);
  if (/Name$/.test(name)) return choose(...NAMES);
  return choose(undefined, marker);
}

/** A document that is right for its place, and that tells whose it is. */
function documentOf(
  name: string,
  operation: string,
  { choose, account, marker }: Vocabulary,
): string {
  const isTrust = name === "AssumeRolePolicyDocument" || operation === "UpdateAssumeRolePolicy";
  const about = isTrust
    ? {
        Principal: { AWS: `arn:aws:iam::${account}:${choose("root", "user/bob")}` },
        Action: "sts:AssumeRole",
      }
    : {
        Action: choose("orders:*", "iam:*", "*"),
        Resource: choose("*", `arn:aws:iam::${account}:user/*`),
      };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: marker, Effect: choose("Allow", "Allow", "Deny"), ...about }],
  });
}
