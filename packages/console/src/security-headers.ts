/**
 * The console's response headers, for every server of its files: the local one and the deployed
 * distribution.
 */
export interface ConsoleHosting {
  /** The control API's origin when it differs from the console's own. */
  readonly controlApi?: string | undefined;
  /** Whether browsers reach the console over https. */
  readonly https: boolean;
}

const POLICY = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "font-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
  "require-trusted-types-for": "'script'",
  "trusted-types": "default",
} as const;

/** The value of `content-security-policy`. */
export function contentSecurityPolicy(controlApi?: string): string {
  const connect = controlApi === undefined ? "'self'" : `'self' ${new URL(controlApi).origin}`;
  return Object.entries({ ...POLICY, "connect-src": connect })
    .map(([directive, value]) => `${directive} ${value}`)
    .join("; ");
}

/** The headers of every answer that holds a file of the console. */
export function securityHeaders({ controlApi, https }: ConsoleHosting): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(controlApi),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy":
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ...(https ? { "strict-transport-security": "max-age=63072000; includeSubDomains" } : {}),
  };
}

const ONE_YEAR = "public, max-age=31536000, immutable";

/** Assets carry a hash of their content in their name; every other file is asked for again. */
export const cacheControl = (path: string): string =>
  /(?:^|\/)assets\//.test(path) ? ONE_YEAR : "no-cache";
