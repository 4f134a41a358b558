/**
 * The page's only Trusted Types policy. The AWS SDK reads its XML answers with `DOMParser`, which
 * runs no script; every other sink stays closed. It must exist before any other code runs.
 */
interface TrustedTypes {
  createPolicy(name: string, rules: Readonly<Record<string, unknown>>): unknown;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

trustedTypes?.createPolicy("default", {
  createHTML: (markup: string, _type: string, sink: string) =>
    sink === "DOMParser parseFromString" ? markup : null,
});

export {};
