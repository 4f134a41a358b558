/** Where the console is served. */
export const BASE = "/console";

const SIGN_IN = /^\/console\/sign-in(?:\/([^/]*))?\/?$/;

/** The account that a sign-in link names; undefined when the address is no sign-in link. */
export function accountOfSignInLink(pathname: string): string | undefined {
  const match = SIGN_IN.exec(pathname);
  return match === null ? undefined : decode(match[1] ?? "");
}

export const signInLink = (account: string): string =>
  `${location.origin}${BASE}/sign-in/${encodeURIComponent(account)}`;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** Addresses of entities, below `/console`. */
export const userPath = (name: string): string => `/users/${encodeURIComponent(name)}`;
export const groupPath = (name: string): string => `/groups/${encodeURIComponent(name)}`;
export const policyPath = (arn: string): string => `/policies/${encodeURIComponent(arn)}`;
/** Where a version of a policy is put in force. */
export const versionPath = (arn: string, version: string): string =>
  `${policyPath(arn)}?${new URLSearchParams({ tab: "versions", restore: version })}`;
export const rolePath = (name: string): string => `/roles/${encodeURIComponent(name)}`;
export const providerPath = (arn: string): string => `/providers/${encodeURIComponent(arn)}`;
/** A decision, by its own id or its request's. */
export const deniedPath = (id: string): string => `/denied/${encodeURIComponent(id)}`;
export const activityPath = (filter: Readonly<Record<string, string>>): string =>
  `/activity?${new URLSearchParams(filter)}`;
export const serviceControlPolicyPath = (id: string): string =>
  `/organization/policies/${encodeURIComponent(id)}`;
/** @param id the root, a unit or an account */
export const organizationPath = (id: string): string =>
  `/organization?${new URLSearchParams({ at: id })}`;
export const apiPath = (apiId: string, stage: string): string =>
  `/apis/${encodeURIComponent(apiId)}/${encodeURIComponent(stage)}`;
export const whoCanPath = (action: string, resource: string): string =>
  `/who-can?${new URLSearchParams({ action, resource })}`;
