import type { OperationTable } from "../../model/operation.ts";
import { accessKeyOperations } from "./credential/access-key.ts";
import { accountPasswordPolicyOperations } from "./credential/account-password-policy.ts";
import { changePasswordOperations } from "./credential/change-password.ts";
import { loginProfileOperations } from "./credential/login-profile.ts";
import { mfaDeviceOperations } from "./credential/mfa-device.ts";
import { serverCertificateOperations } from "./credential/server-certificate.ts";
import { serviceSpecificCredentialOperations } from "./credential/service-specific-credential.ts";
import { signingCertificateOperations } from "./credential/signing-certificate.ts";
import { sshPublicKeyOperations } from "./credential/ssh-public-key.ts";
import { virtualMfaDeviceOperations } from "./credential/virtual-mfa-device.ts";
import { accountAliasOperations } from "./identity/account-alias.ts";
import { groupOperations } from "./identity/group.ts";
import { instanceProfileOperations } from "./identity/instance-profile.ts";
import { membershipOperations } from "./identity/membership.ts";
import { organizationFeatureOperations } from "./identity/organization-feature.ts";
import { resourceTagOperations } from "./identity/resource-tag.ts";
import { roleOperations } from "./identity/role.ts";
import { securityTokenPreferenceOperations } from "./identity/security-token-preferences.ts";
import { serviceLinkedRoleOperations } from "./identity/service-linked-role.ts";
import { userOperations } from "./identity/user.ts";
import { attachmentOperations } from "./policy/attachment.ts";
import { inlinePolicyOperations } from "./policy/inline-policy.ts";
import { managedPolicyOperations } from "./policy/managed-policy.ts";
import { permissionsBoundaryOperations } from "./policy/permissions-boundary.ts";
import { policyEntityOperations } from "./policy/policy-entities.ts";
import { policyListOperations } from "./policy/policy-list.ts";
import { policyVersionOperations } from "./policy/policy-version.ts";
import { simulationOperations } from "./policy/simulation.ts";
import { oidcProviderOperations } from "./provider/oidc-provider.ts";
import { samlProviderOperations } from "./provider/saml-provider.ts";
import { webIdentityFederationOperations } from "./provider/web-identity-federation.ts";
import { accountSummaryOperations } from "./report/account-summary.ts";
import { authorizationDetailOperations } from "./report/authorization-details.ts";
import { credentialReportOperations } from "./report/credential-report.ts";
import { lastAccessedOperations } from "./report/last-accessed.ts";

/** The supported operations of IAM. For every other one the server answers AWS's error. */
export const iamOperations: OperationTable = {
  ...userOperations,
  ...accessKeyOperations,
  ...groupOperations,
  ...membershipOperations,
  ...inlinePolicyOperations,
  ...accountPasswordPolicyOperations,
  ...changePasswordOperations,
  ...loginProfileOperations,
  ...roleOperations,
  ...managedPolicyOperations,
  ...policyVersionOperations,
  ...policyListOperations,
  ...policyEntityOperations,
  ...attachmentOperations,
  ...permissionsBoundaryOperations,
  ...instanceProfileOperations,
  ...oidcProviderOperations,
  ...samlProviderOperations,
  ...resourceTagOperations,
  ...serviceLinkedRoleOperations,
  ...webIdentityFederationOperations,
  ...simulationOperations,
  ...lastAccessedOperations,
  ...mfaDeviceOperations,
  ...virtualMfaDeviceOperations,
  ...accountAliasOperations,
  ...organizationFeatureOperations,
  ...securityTokenPreferenceOperations,
  ...accountSummaryOperations,
  ...authorizationDetailOperations,
  ...credentialReportOperations,
  ...sshPublicKeyOperations,
  ...signingCertificateOperations,
  ...serviceSpecificCredentialOperations,
  ...serverCertificateOperations,
};
