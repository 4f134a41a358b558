/**
 * The page's only Trusted Types policy. The AWS SDK reads its XML answers with `DOMParser`, which
 * runs no script. A worker may be one of the console's own assets. Every other sink stays closed.
 * It must exist before any other code runs.
 */
interface TrustedTypes {
  createPolicy(name: string, rules: Readonly<Record<string, unknown>>): unknown;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

trustedTypes?.createPolicy("default", {
  createHTML: (markup: string, _type: string, sink: string) =>
    sink === "DOMParser parseFromString" ? markup : null,
  createScriptURL: (url: string, _type: string, sink: string) =>
    sink === "Worker constructor" && isOwnAsset(url) ? url : null,
});

function isOwnAsset(url: string): boolean {
  const { origin, pathname } = new URL(url, location.href);
  return origin === location.origin && /^\/console\/assets\/[\w.-]+\.js$/.test(pathname);
}

export {};
