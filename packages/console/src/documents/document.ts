import { withHeader } from "../api/with-header.ts";

/** A policy document as the server keeps it. */
export interface StoredDocument {
  readonly text: string;
  /** What `if-match` names it by. */
  readonly hash: string;
  /** Of a managed policy: the version that is in force. */
  readonly version?: string | undefined;
}

/** IAM answers documents percent-encoded. */
export const decodeDocument = (document: string | undefined): string =>
  decodeURIComponent(document ?? "");

export async function storedDocument(
  encoded: string | undefined,
  version?: string,
): Promise<StoredDocument> {
  const text = decodeDocument(encoded);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return { text, hash: hex(new Uint8Array(digest)), version };
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * The write of a document in the place of `base`: the server refuses it with
 * `ConcurrentModification` when another document is there by now.
 */
export const replacing = <C extends Parameters<typeof withHeader>[0]>(
  command: C,
  base: StoredDocument | undefined,
): C => (base === undefined ? command : withHeader(command, "if-match", base.hash));
