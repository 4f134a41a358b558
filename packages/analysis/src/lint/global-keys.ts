/** The types of condition keys, as AWS's service reference names them. */
export type KeyType = "String" | "ARN" | "Bool" | "Date" | "Numeric" | "IPAddress" | "Binary";

export interface KeyFacts {
  readonly name: string;
  readonly type: KeyType;
  /** It has several values at once. */
  readonly many: boolean;
}

const fact = (type: KeyType, many = false) => ({ type, many });

/** AWS's global condition keys (IAM UG/reference_policies_condition-keys). */
const KEYS: Readonly<Record<string, { readonly type: KeyType; readonly many: boolean }>> = {
  CalledVia: fact("String", true),
  CalledViaFirst: fact("String"),
  CalledViaLast: fact("String"),
  CalledViaAWSMCP: fact("String"),
  AssumedRoot: fact("Bool"),
  ChatbotSourceArn: fact("ARN"),
  CurrentTime: fact("Date"),
  Ec2InstanceSourceVpc: fact("String"),
  Ec2InstanceSourcePrivateIPv4: fact("IPAddress"),
  EpochTime: fact("Date"),
  FederatedProvider: fact("String"),
  FunctionArn: fact("ARN"),
  IsMcpServiceAction: fact("Bool"),
  MultiFactorAuthAge: fact("Numeric"),
  MultiFactorAuthPresent: fact("Bool"),
  PrincipalAccount: fact("String"),
  PrincipalArn: fact("ARN"),
  PrincipalIsAWSService: fact("Bool"),
  PrincipalOrgID: fact("String"),
  PrincipalOrgPaths: fact("String", true),
  PrincipalServiceName: fact("String"),
  PrincipalServiceNamesList: fact("String", true),
  PrincipalType: fact("String"),
  Referer: fact("String"),
  RequestedRegion: fact("String"),
  ResourceAccount: fact("String"),
  ResourceOrgID: fact("String"),
  ResourceOrgPaths: fact("String", true),
  SecureTransport: fact("Bool"),
  SignInSessionArn: fact("ARN"),
  SourceAccount: fact("String"),
  SourceArn: fact("ARN"),
  SourceIdentity: fact("String"),
  SourceInstanceARN: fact("ARN"),
  SourceIp: fact("IPAddress"),
  SourceOrgID: fact("String"),
  SourceOrgPaths: fact("String", true),
  SourceOwner: fact("String"),
  SourceVpc: fact("String"),
  SourceVpcArn: fact("ARN"),
  SourceVpce: fact("String"),
  TagKeys: fact("String", true),
  TokenIssueTime: fact("Date"),
  UserAgent: fact("String"),
  ViaAWSMCPService: fact("Bool"),
  ViaAWSService: fact("Bool"),
  VpceAccount: fact("String"),
  VpceOrgID: fact("String"),
  VpceOrgPaths: fact("String", true),
  VpcSourceIp: fact("IPAddress"),
  userid: fact("String"),
  username: fact("String"),
};

const BY_NAME: ReadonlyMap<string, KeyFacts> = new Map(
  Object.entries(KEYS).map(([name, facts]) => [
    name.toLowerCase(),
    { name: `aws:${name}`, ...facts },
  ]),
);

/** Keys that a tag's key follows. */
const WITH_TAG = ["aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/"];

/** Of keys of the prefix `aws:`; in any case. Undefined: there is no such key. */
export function globalKey(key: string): KeyFacts | undefined {
  const lower = key.toLowerCase();
  const tag = WITH_TAG.find((name) => lower.startsWith(name.toLowerCase()));
  if (tag !== undefined) return { name: tag + key.slice(tag.length), type: "String", many: false };
  return BY_NAME.get(lower.slice("aws:".length));
}

export function globalKeyNames(): readonly string[] {
  return [...[...BY_NAME.values()].map(({ name }) => name), ...WITH_TAG];
}
