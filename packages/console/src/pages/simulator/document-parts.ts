import { DOCUMENT_QUOTAS } from "../../documents/quotas.ts";
import { DOCUMENT_PARTS, type DocumentPart } from "./simulation-case.ts";

/** The words for the documents of each part, and how many characters they may have. */
export const PARTS: Readonly<
  Record<DocumentPart, { readonly word: string; readonly quota: number }>
> = {
  identity: { word: "Identity policy", quota: DOCUMENT_QUOTAS.managed },
  boundary: { word: "Permissions boundary", quota: DOCUMENT_QUOTAS.managed },
  session: { word: "Session policy", quota: 2048 },
  serviceControl: { word: "Service control policy", quota: DOCUMENT_QUOTAS.serviceControl },
  resource: { word: "Resource-based policy", quota: 20_480 },
  trust: { word: "Trust policy", quota: DOCUMENT_QUOTAS.trust },
};

/** To choose a part from. */
export const PART_OPTIONS = DOCUMENT_PARTS.map((value) => ({ value, label: PARTS[value].word }));
