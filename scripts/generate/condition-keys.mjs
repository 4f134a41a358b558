// The page of condition keys: AWS's global ones that requests have, and those of the control API.
import { globSync, readFileSync } from "node:fs";
import { globalKey } from "../../packages/analysis/src/lint/global-keys.ts";
import { globalConditionKeys } from "../../packages/authorizer/src/evaluation/condition-keys.ts";
import { table } from "./table.mjs";

export const FILE = "docs/reference/condition-keys.md";

/** What a key of each request says. The generator refuses one that is missing here. */
const GLOBAL = {
  "aws:currenttime": "the time of the request",
  "aws:epochtime": "the same in seconds",
  "aws:sourceip": "the peer's address as the gateway reports it, never a header of the client's",
  "aws:useragent": "the header `User-Agent`",
  "aws:referer": "the header `Referer`",
  "aws:securetransport": "whether the request came over TLS",
  "aws:requestedregion": "the region of the API",
  "aws:resourceaccount": "the account that owns the resource",
  "aws:resourceorgid": "its organization, if the resource is in the caller's account",
  "aws:resourceorgpaths": "its place in the organization, likewise",
  "aws:username": "the user's name; absent for roles and the root user",
  "aws:userid": "the unique id; `AROA...:session` of a role session",
  "aws:principalarn": "the user's ARN; of a role session the role's",
  "aws:principalaccount": "the caller's account",
  "aws:principaltype": "`Account` (the root user), `User`, `AssumedRole`, `FederatedUser`, ...",
  "aws:principalorgid": "the caller's organization",
  "aws:principalorgpaths": "the place of the caller's account in the organization",
  "aws:principalisawsservice": "always `false`: no service calls on a caller's behalf",
  "aws:viaawsservice": "always `false`",
  "aws:assumedroot": "`true` in a session of `sts:AssumeRoot`",
  "aws:multifactorauthpresent":
    "whether the session began with an MFA code; absent for long-term keys",
  "aws:multifactorauthage": "seconds since that code",
  "aws:tokenissuetime": "when the session began; absent for long-term keys",
  "aws:federatedprovider": "the identity provider of the session",
  "aws:sourceidentity": "the source identity that was set when a role was assumed",
};

const TAGS = {
  "aws:PrincipalTag/...": "the caller's tag of that key",
  "aws:RequestTag/...": "a tag that the request sets, in the control API",
  "aws:ResourceTag/...": "the resource's tag of that key; `iam:ResourceTag/...` is the same",
  "aws:TagKeys": "the keys of the tags that the request sets or removes",
};

/** The control API's own keys. The generator compares them with the sources. */
const OF_SERVICES = {
  "iam:AWSServiceName": "CreateServiceLinkedRole: the service",
  "iam:PassedToService": "iam:PassRole: the service that gets the role",
  "iam:PermissionsBoundary": "the boundary that is set, or that the changed user or role has",
  "iam:PolicyARN": "the managed policy that is attached or detached",
  "iam:ServiceSpecificCredentialAgeDays": "CreateServiceSpecificCredential: its lifetime",
  "iam:ServiceSpecificCredentialServiceName": "the service of the credential",
  "organizations:PolicyType": "the type of the policy",
  "organizations:ServicePrincipal": "the service that is trusted, or that is delegated",
  "sts:DurationSeconds": "GetWebIdentityToken: the lifetime that is asked for",
  "sts:ExternalId": "AssumeRole: the external id",
  "sts:IdentityTokenAudience": "GetWebIdentityToken: the audiences",
  "sts:RoleSessionName": "the session's name, when a role is assumed",
  "sts:SigningAlgorithm": "GetWebIdentityToken: the algorithm",
  "sts:SourceIdentity": "the source identity, when a role is assumed",
  "sts:TaskPolicyArn": "AssumeRoot: the task",
  "sts:TransitiveTagKeys": "the session tags that a chained session keeps",
};

export function render() {
  compare("global condition keys", Object.keys(GLOBAL), globalConditionKeys());
  compare("keys of the services", Object.keys(OF_SERVICES), keysInSources());
  return `# Condition keys

A policy's conditions and variables may use these keys. Names of keys are compared without regard to
case. A key that a request does not have makes a condition false, unless its operator ends in
\`IfExists\` or is negated.

## Of every request

${table(
  ["key", "type", "value"],
  Object.entries(GLOBAL).map(([key, text]) => {
    const { name, type, many } = globalKey(key);
    return [`\`${name}\``, many ? `ArrayOf${type}` : type, text];
  }),
)}

## Tags

${table(
  ["key", "value"],
  Object.entries(TAGS).map(([key, text]) => [`\`${key}\``, text]),
)}

## Of the control API

${table(
  ["key", "value"],
  Object.entries(OF_SERVICES).map(([key, text]) => [`\`${key}\``, text]),
)}

## Of trust policies

${table(
  ["key", "value"],
  [
    [
      "`<provider>:aud`, `<provider>:sub`, ...",
      "claims of an OIDC provider's token, such as `id.example.com:sub`",
    ],
    [
      "`saml:aud`, `saml:iss`, `saml:sub`, `saml:sub_type`",
      "audience, issuer and subject of a SAML assertion",
    ],
    ["`saml:doc`, `saml:namequalifier`", "the provider, and the hash that identifies the subject"],
    ["`saml:...`", "attributes of the assertion that AWS names"],
  ],
)}

## Of your own API

A [service definition](../service-definitions.md) makes keys of its own from the path, the query,
headers and the host: \`context\` of a route.
`;
}

/** Such as `"iam:PolicyARN": ...`, in the records of operations. */
function keysInSources() {
  const found = new Set();
  for (const file of globSync("packages/{iam,control-api}/src/**/*.ts"))
    for (const [, key] of readFileSync(file, "utf8").matchAll(
      /"((?:iam|sts|organizations):[A-Z]\w+)":/g,
    ))
      found.add(key);
  return [...found];
}

function compare(what, described, actual) {
  const difference = new Set(described).symmetricDifference(new Set(actual));
  if (difference.size > 0)
    throw new Error(`${FILE}: ${what} differ from the code: ${[...difference].join(", ")}`);
}
