import type * as sdk from "@aws-sdk/client-iam";
import { operation } from "../../../model/operation.ts";
import { type AccountCount, accountCountKey } from "../../../record/account.ts";
import { rootKey } from "../../../record/root.ts";
import { securityTokenPreferencesKey } from "../../../record/security-token-preferences.ts";
import { LIMITS } from "../../../settings.ts";

/**
 * Quota of policy versions in use, which is AWS's default. `UNLIMITED` is answered for absent
 * quotas, since the response must be a number.
 */
const POLICY_VERSIONS_IN_USE = 10_000;
const UNLIMITED = 2_147_483_647;

export const accountSummaryOperations = {
  GetAccountSummary: operation<
    sdk.GetAccountSummaryCommandInput,
    sdk.GetAccountSummaryCommandOutput
  >({
    action: "iam:GetAccountSummary",
    target: () => ({ arn: "*" }),
    async run(context) {
      const { account, unit, settings } = context;
      const [root, preferences, counters] = await Promise.all([
        unit.get(rootKey(account)),
        unit.get(securityTokenPreferencesKey(account)),
        unit.countersOfAll(COUNTED.map((kind) => accountCountKey(account, kind))),
      ]);
      const [users, groups, roles, policies, profiles, devices, certificates, oidc, saml] =
        counters;
      return {
        SummaryMap: {
          Users: users?.count ?? 0,
          UsersQuota: settings.quotas.users ?? UNLIMITED,
          Groups: groups?.count ?? 0,
          GroupsQuota: settings.quotas.groups,
          Roles: roles?.count ?? 0,
          RolesQuota: settings.quotas.roles,
          Policies: policies?.count ?? 0,
          PoliciesQuota: settings.quotas.policies,
          // Each policy has one version in use: its default.
          PolicyVersionsInUse: policies?.count ?? 0,
          PolicyVersionsInUseQuota: POLICY_VERSIONS_IN_USE,
          VersionsPerPolicyQuota: LIMITS.policyVersions,
          PolicySizeQuota: LIMITS.managedPolicySize,
          UserPolicySizeQuota: LIMITS.userInlineSize,
          GroupPolicySizeQuota: LIMITS.groupInlineSize,
          RolePolicySizeQuota: LIMITS.roleInlineSize,
          AssumeRolePolicySizeQuota: LIMITS.trustPolicySize,
          AttachedPoliciesPerUserQuota: LIMITS.attachedPolicies,
          AttachedPoliciesPerGroupQuota: LIMITS.attachedPolicies,
          AttachedPoliciesPerRoleQuota: LIMITS.attachedPolicies,
          GroupsPerUserQuota: LIMITS.groupsPerUser,
          AccessKeysPerUserQuota: LIMITS.accessKeysPerUser,
          SigningCertificatesPerUserQuota: LIMITS.signingCertificatesPerUser,
          InstanceProfiles: profiles?.count ?? 0,
          InstanceProfilesQuota: settings.quotas.instanceProfiles,
          ServerCertificates: certificates?.count ?? 0,
          ServerCertificatesQuota: settings.quotas.serverCertificates,
          MFADevices: devices?.count ?? 0,
          MFADevicesInUse: devices?.inUse ?? 0,
          Providers: (oidc?.count ?? 0) + (saml?.count ?? 0),
          AccountMFAEnabled: root?.mfaDevices?.length ? 1 : 0,
          AccountAccessKeysPresent: root?.accessKeys.length ? 1 : 0,
          AccountPasswordPresent: root?.passwordHash === undefined ? 0 : 1,
          // The root user's signing certificates are not counted.
          AccountSigningCertificatesPresent: 0,
          GlobalEndpointTokenVersion: preferences?.globalEndpointTokenVersion ?? 1,
        },
      };
    },
  }),
} as const;

const COUNTED: readonly AccountCount[] = [
  "users",
  "groups",
  "roles",
  "policies",
  "instanceProfiles",
  "mfaDevices",
  "serverCertificates",
  "oidcProviders",
  "samlProviders",
];
