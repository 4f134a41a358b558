/** What names a decision to `GetDecision`. A decision's id is taken for a request's id, too. */
export type DecisionReference =
  | { readonly RequestId: string }
  | { readonly EncodedMessage: string };

const MOST = 6;
const LONGEST_ID = 128;
const LONGEST_MESSAGE = 10_240;
/** An error's text is searched so far: nobody pastes a longer one on purpose. */
const LONGEST_TEXT = 200_000;

const MESSAGE_AFTER_LABEL =
  /encoded\s?authorization\s?(?:failure\s?)?message["'\s]{0,3}[:=]["'\s]{0,5}([\w-]{40,10240})/gi;
const ID_AFTER_LABEL =
  /(?:apigw-requestid|x-amzn-requestid|(?:request|decision)[\s_-]?id)["'\s]{0,3}[:=]["'\s]{0,5}([\w=+/-]{8,128})/gi;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const LONG_TOKEN = /[\w-]{129,10240}/g;

/**
 * The ids and encoded messages in what somebody pasted: an id alone, a message alone, or an error's
 * whole text with headers and JSON around them. The likeliest first.
 */
export function findReferences(pasted: string): readonly DecisionReference[] {
  const text = pasted.trim().slice(0, LONGEST_TEXT);
  if (/^[^\s"{}<>]+$/.test(text) && !text.includes("://")) {
    if (text.length <= LONGEST_ID) return [{ RequestId: text }];
    if (text.length <= LONGEST_MESSAGE) return [{ EncodedMessage: text }];
  }
  const all = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([whole, part]) => part ?? whole);
  const messages = [...all(MESSAGE_AFTER_LABEL), ...all(LONG_TOKEN)];
  const ids = [...all(ID_AFTER_LABEL), ...all(UUID)];
  return [
    ...[...new Set(messages)].map((EncodedMessage) => ({ EncodedMessage })),
    ...[...new Set(ids)].map((RequestId) => ({ RequestId })),
  ].slice(0, MOST);
}
