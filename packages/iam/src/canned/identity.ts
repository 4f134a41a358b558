import { allow, type CannedSource } from "./canned-policy.ts";

/** The calling user, as a resource. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
const OWN_USER = "arn:aws:iam::*:user/${aws:username}";

/** Policies about IAM itself. */
export const identityPolicies = (): readonly CannedSource[] => [
  {
    name: "IAMFullAccess",
    description: "Allows everything in IAM, and seeing the organization around the account.",
    statements: [
      allow(
        "iam:*",
        "organizations:DescribeAccount",
        "organizations:DescribeOrganization",
        "organizations:DescribeOrganizationalUnit",
        "organizations:DescribePolicy",
        "organizations:ListChildren",
        "organizations:ListParents",
        "organizations:ListPolicies",
        "organizations:ListPoliciesForTarget",
        "organizations:ListRoots",
        "organizations:ListTargetsForPolicy",
      ),
    ],
  },
  {
    name: "IAMReadOnlyAccess",
    description: "Allows reading everything in IAM, its reports and simulations included.",
    statements: [
      allow(
        "iam:GenerateCredentialReport",
        "iam:GenerateServiceLastAccessedDetails",
        "iam:Get*",
        "iam:List*",
        "iam:SimulateCustomPolicy",
        "iam:SimulatePrincipalPolicy",
      ),
    ],
  },
  {
    name: "IAMUserChangePassword",
    description: "Allows users to change their own password.",
    statements: [
      { Effect: "Allow", Action: "iam:ChangePassword", Resource: OWN_USER },
      allow("iam:GetAccountPasswordPolicy"),
    ],
  },
  {
    name: "IAMUserSSHKeys",
    description: "Allows users to manage their own SSH public keys.",
    statements: [
      {
        Effect: "Allow",
        Action: [
          "iam:DeleteSSHPublicKey",
          "iam:GetSSHPublicKey",
          "iam:ListSSHPublicKeys",
          "iam:UpdateSSHPublicKey",
          "iam:UploadSSHPublicKey",
        ],
        Resource: OWN_USER,
      },
    ],
  },
  {
    name: "IAMSelfManageServiceSpecificCredentials",
    description: "Allows users to manage their own service-specific credentials.",
    statements: [
      {
        Effect: "Allow",
        Action: [
          "iam:CreateServiceSpecificCredential",
          "iam:DeleteServiceSpecificCredential",
          "iam:ListServiceSpecificCredentials",
          "iam:ResetServiceSpecificCredential",
          "iam:UpdateServiceSpecificCredential",
        ],
        Resource: OWN_USER,
      },
    ],
  },
  {
    name: "SignInLocalDevelopmentAccess",
    description: "Allows the login command to act with one's own sign-in.",
    statements: [
      {
        Effect: "Allow",
        Action: ["signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"],
        Resource: "arn:aws:signin:*:*:oauth2/public-client/*",
      },
    ],
  },
];
