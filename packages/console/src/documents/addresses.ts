/** Whoever has inline policies. */
export type HolderKind = "user" | "group" | "role";

const address = (parameters: Readonly<Record<string, string>>): string =>
  `/edit-document?${new URLSearchParams(parameters)}`;

/** The editor's address, below `/console`. */
export const editManaged = (arn: string): string => address({ of: "policy", arn });
export const editTrust = (role: string): string => address({ of: "trust", name: role });
export const editServiceControl = (policy: string): string =>
  address({ of: "service-control", policy });
/** @param policy undefined: a new one */
export const editInline = (kind: HolderKind, name: string, policy?: string): string =>
  address({ of: kind, name, ...(policy === undefined ? {} : { policy }) });
