import { type Deployment, resource } from "./deployment.ts";

interface HeadersPolicy {
  readonly customHeadersConfig: {
    readonly items: readonly { readonly header: string; readonly value: string }[];
  };
  readonly securityHeadersConfig: {
    readonly contentSecurityPolicy: { readonly contentSecurityPolicy: string };
    readonly contentTypeOptions: { readonly override: boolean };
    readonly referrerPolicy: { readonly referrerPolicy: string };
    readonly strictTransportSecurity: {
      readonly accessControlMaxAgeSec: number;
      readonly includeSubdomains: boolean;
    };
  };
}

/** The headers that CloudFront sends by a policy of a deployment. */
export function sentBy(deployment: Deployment, name: string): Record<string, string> {
  const type = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";
  const policy: HeadersPolicy = JSON.parse(JSON.stringify(resource(deployment, type, name).inputs));
  const { customHeadersConfig, securityHeadersConfig: security } = policy;
  const { accessControlMaxAgeSec, includeSubdomains } = security.strictTransportSecurity;
  return {
    ...Object.fromEntries(customHeadersConfig.items.map(({ header, value }) => [header, value])),
    "content-security-policy": security.contentSecurityPolicy.contentSecurityPolicy,
    "referrer-policy": security.referrerPolicy.referrerPolicy,
    ...(security.contentTypeOptions.override ? { "x-content-type-options": "nosniff" } : {}),
    "strict-transport-security": `max-age=${accessControlMaxAgeSec}${includeSubdomains ? "; includeSubDomains" : ""}`,
  };
}
