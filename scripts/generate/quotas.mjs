// The page of quotas, from the settings that operations enforce.
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS, LIMITS } from "../../packages/iam/src/settings.ts";
import { table } from "./table.mjs";

export const FILE = "docs/reference/quotas.md";

const NAMES = {
  groups: "groups of an account",
  roles: "roles of an account",
  policies: "managed policies of an account",
  instanceProfiles: "instance profiles of an account",
  serverCertificates: "server certificates of an account",
  accessKeysPerUser: "access keys of a user",
  mfaDevicesPerUser: "MFA devices of a user",
  signingCertificatesPerUser: "signing certificates of a user",
  sshPublicKeysPerUser: "SSH public keys of a user",
  serviceSpecificCredentialsPerService: "service-specific credentials of a user, for each service",
  groupsPerUser: "groups that a user is in",
  attachedPolicies: "managed policies attached to a user, group or role",
  policyVersions: "versions of a managed policy",
  tags: "tags of an entity",
  managedPolicySize: "characters of a managed policy",
  userInlineSize: "characters of a user's inline policies together",
  groupInlineSize: "characters of a group's inline policies together",
  roleInlineSize: "characters of a role's inline policies together",
  trustPolicySize: "characters of a trust policy",
};

export const render = () => `# Quotas

The defaults are AWS's. An operation that would exceed one ends with \`LimitExceeded\`. The size of a
policy is counted without white space. [Limits](../limits.md) has the bounds of requests, work and
traffic.

## Can be raised

${rowsOf(DEFAULT_QUOTAS, [["users of an account", "unlimited"]])}

## Can't be raised

${rowsOf(LIMITS)}

## Rate

A member account may call the control API ${DEFAULT_MEMBER_RATE.perSecond} times a second, and ${DEFAULT_MEMBER_RATE.burst} times at once, in each process.
The management account is not limited.
`;

function rowsOf(values, first = []) {
  const rows = Object.entries(values).map(([name, value]) => {
    if (NAMES[name] === undefined) throw new Error(`${FILE}: the quota ${name} has no description`);
    return [NAMES[name], value.toLocaleString("en")];
  });
  return table(["quota", "value"], [...first, ...rows]);
}
