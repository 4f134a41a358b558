/** As long as a user's name may be, without a place to break it. */
export const LONG_NAME = "W".repeat(64);

/** Every page of somebody who is signed in: its address, its `h1`, and its title where it differs. */
export const PAGES: readonly (readonly [path: string, heading: string, title?: string])[] = [
  ["/", "Dashboard"],
  ["/users", "Users"],
  ["/create-users", "Details", "Create users"],
  ["/users/ana", "ana"],
  [`/users/${LONG_NAME}`, LONG_NAME],
  ["/groups", "Groups"],
  ["/groups/readers", "readers"],
  ["/groups/readers?tab=permissions", "readers"],
  ["/roles", "Roles"],
  ["/create-role", "Trust", "Create role"],
  ["/roles/auditor", "auditor"],
  ["/roles/auditor?tab=trust", "auditor"],
  ["/roles/auditor?tab=sessions", "auditor"],
  ["/policies", "Policies"],
  ["/create-policy", "Create policy"],
  ["/policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FIAMReadOnlyAccess", "IAMReadOnlyAccess"],
  [
    "/policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FIAMReadOnlyAccess?tab=versions",
    "IAMReadOnlyAccess",
  ],
  [
    "/policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FIAMReadOnlyAccess?tab=entities",
    "IAMReadOnlyAccess",
  ],
  ["/edit-document?of=trust&name=auditor", "Edit the trust policy of auditor"],
  ["/edit-document?of=group&name=readers", "Create an inline policy of group readers"],
  ["/findings", "Findings"],
  ["/simulator", "Simulator"],
  ["/providers", "Identity providers"],
  ["/create-provider", "Create identity provider"],
  [
    "/providers/arn%3Aaws%3Aiam%3A%3A100000000000%3Aoidc-provider%2Fid.example.com",
    "id.example.com",
  ],
  ["/settings", "Account settings"],
  ["/credential-report", "Credential report"],
  ["/security-credentials", "Security credentials"],
  ["/organization", "Organization"],
  ["/create-service-control-policy", "Create service control policy"],
  ["/switch-role", "Switch role"],
  ["/no-such-page", "Page not found"],
];
