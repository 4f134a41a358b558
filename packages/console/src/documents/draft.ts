import type { StoredDocument } from "./document.ts";

/** What somebody has typed and not saved yet. */
export interface Draft {
  readonly text: string;
  /** The document that the draft changes; undefined: a new one. */
  readonly base: StoredDocument | undefined;
}

/** The draft of the page that creates a managed policy. */
export const NEW_POLICY = "a new policy";

const key = (address: string): string => `portcullis.draft ${address}`;

/** Kept in the tab, so that a reload or another page does not lose it. Policies hold no secrets. */
export function keepDraft(address: string, draft: Draft): void {
  sessionStorage.setItem(key(address), JSON.stringify(draft));
}

export function dropDraft(address: string): void {
  sessionStorage.removeItem(key(address));
}

export function keptDraft(address: string): Draft | undefined {
  const kept = sessionStorage.getItem(key(address));
  return kept === null ? undefined : (JSON.parse(kept) as Draft);
}
