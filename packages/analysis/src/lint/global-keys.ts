/** The types of condition keys, as AWS's service reference names them. */
export type KeyType = "String" | "ARN" | "Bool" | "Date" | "Numeric" | "IPAddress" | "Binary";

export interface KeyFacts {
  readonly name: string;
  readonly type: KeyType;
  /** It has several values at once. */
  readonly many: boolean;
}

/**
 * AWS's global condition keys by type (IAM UG/reference_policies_condition-keys). `[]`: the key has
 * several values.
 */
const KEYS: Readonly<Partial<Record<`${KeyType}${"" | "[]"}`, string>>> = {
  "String[]": [
    "CalledVia PrincipalOrgPaths PrincipalServiceNamesList ResourceOrgPaths",
    "SourceOrgPaths TagKeys VpceOrgPaths",
  ].join(" "),
  String: [
    "CalledViaFirst CalledViaLast CalledViaAWSMCP Ec2InstanceSourceVpc",
    "FederatedProvider PrincipalAccount PrincipalOrgID PrincipalServiceName",
    "PrincipalType Referer RequestedRegion ResourceAccount",
    "ResourceOrgID SourceAccount SourceIdentity SourceOrgID",
    "SourceOwner SourceVpc SourceVpce UserAgent",
    "VpceAccount VpceOrgID userid username",
  ].join(" "),
  Bool: [
    "AssumedRoot IsMcpServiceAction MultiFactorAuthPresent PrincipalIsAWSService",
    "SecureTransport ViaAWSMCPService ViaAWSService",
  ].join(" "),
  ARN: [
    "ChatbotSourceArn FunctionArn PrincipalArn SignInSessionArn",
    "SourceArn SourceInstanceARN SourceVpcArn",
  ].join(" "),
  Date: "CurrentTime EpochTime TokenIssueTime",
  IPAddress: "Ec2InstanceSourcePrivateIPv4 SourceIp VpcSourceIp",
  Numeric: "MultiFactorAuthAge",
};

const BY_NAME: ReadonlyMap<string, KeyFacts> = new Map(
  Object.entries(KEYS).flatMap(([type, names]) =>
    names
      .split(" ")
      .map((name) => [
        name.toLowerCase(),
        { name: `aws:${name}`, type: type.replace("[]", "") as KeyType, many: type.endsWith("[]") },
      ]),
  ),
);

/** Keys that a tag's key follows. */
const WITH_TAG = ["aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/"];

/** What is known of a key with the prefix `aws:`, in any case; undefined if there is none such. */
export function globalKey(key: string): KeyFacts | undefined {
  const lower = key.toLowerCase();
  const tag = WITH_TAG.find((name) => lower.startsWith(name.toLowerCase()));
  if (tag !== undefined) return { name: tag + key.slice(tag.length), type: "String", many: false };
  return BY_NAME.get(lower.slice("aws:".length));
}

/** The names of all global condition keys, such as `aws:SourceIp` and `aws:RequestTag/`. */
export function globalKeyNames(): readonly string[] {
  return [...[...BY_NAME.values()].map(({ name }) => name), ...WITH_TAG];
}
