import type { OperationTable } from "../operation.ts";
import { accessKeyOperations } from "./access-key.ts";
import { accountAliasOperations } from "./account-alias.ts";
import { accountPasswordPolicyOperations } from "./account-password-policy.ts";
import { accountSummaryOperations } from "./account-summary.ts";
import { attachmentOperations } from "./attachment.ts";
import { authorizationDetailOperations } from "./authorization-details.ts";
import { changePasswordOperations } from "./change-password.ts";
import { credentialReportOperations } from "./credential-report.ts";
import { groupOperations } from "./group.ts";
import { inlinePolicyOperations } from "./inline-policy.ts";
import { instanceProfileOperations } from "./instance-profile.ts";
import { lastAccessedOperations } from "./last-accessed.ts";
import { loginProfileOperations } from "./login-profile.ts";
import { managedPolicyOperations } from "./managed-policy.ts";
import { membershipOperations } from "./membership.ts";
import { mfaDeviceOperations } from "./mfa-device.ts";
import { oidcProviderOperations } from "./oidc-provider.ts";
import { permissionsBoundaryOperations } from "./permissions-boundary.ts";
import { policyEntityOperations } from "./policy-entities.ts";
import { policyListOperations } from "./policy-list.ts";
import { policyVersionOperations } from "./policy-version.ts";
import { resourceTagOperations } from "./resource-tag.ts";
import { roleOperations } from "./role.ts";
import { samlProviderOperations } from "./saml-provider.ts";
import { serverCertificateOperations } from "./server-certificate.ts";
import { serverCertificateTagOperations } from "./server-certificate-tag.ts";
import { serviceLinkedRoleOperations } from "./service-linked-role.ts";
import { serviceSpecificCredentialOperations } from "./service-specific-credential.ts";
import { signingCertificateOperations } from "./signing-certificate.ts";
import { simulationOperations } from "./simulation.ts";
import { sshPublicKeyOperations } from "./ssh-public-key.ts";
import { userOperations } from "./user.ts";
import { userTagOperations } from "./user-tag.ts";
import { virtualMfaDeviceOperations } from "./virtual-mfa-device.ts";
import { webIdentityFederationOperations } from "./web-identity-federation.ts";

/** The IAM operations that are offered; every other one of AWS's is answered by AWS's own error. */
export const iamOperations: OperationTable = {
  ...userOperations,
  ...accessKeyOperations,
  ...groupOperations,
  ...membershipOperations,
  ...inlinePolicyOperations,
  ...accountPasswordPolicyOperations,
  ...changePasswordOperations,
  ...loginProfileOperations,
  ...userTagOperations,
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
  ...accountSummaryOperations,
  ...authorizationDetailOperations,
  ...credentialReportOperations,
  ...sshPublicKeyOperations,
  ...signingCertificateOperations,
  ...serviceSpecificCredentialOperations,
  ...serverCertificateOperations,
  ...serverCertificateTagOperations,
};
