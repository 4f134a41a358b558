/** Which part a pasted document plays. */
export const DOCUMENT_PARTS = [
  "identity",
  "boundary",
  "session",
  "serviceControl",
  "resource",
  "trust",
] as const;

export type DocumentPart = (typeof DOCUMENT_PARTS)[number];

export interface PastedDocument {
  readonly part: DocumentPart;
  readonly text: string;
}

/** Who makes the simulated requests. `pasted`: a user that has the pasted documents only. */
export type Subject =
  | { readonly kind: "user" | "role"; readonly name: string }
  | { readonly kind: "root" }
  | { readonly kind: "pasted" };

/** All that a simulation depends on beside the account itself. */
export interface SimulationCase {
  readonly subject: Subject;
  readonly documents: readonly PastedDocument[];
  /** One a line, as typed. */
  readonly actions: string;
  readonly resources: string;
  /** Values by context key, in lower case; an empty list: the key is not in the request. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export const EMPTY_CASE: SimulationCase = {
  subject: { kind: "user", name: "" },
  documents: [],
  actions: "",
  resources: "*",
  context: {},
};

/** Bounds the documents, and the keys, that a link can bring in. */
const MOST_PARTS = 100;

/**
 * The case as the fragment of an address. A fragment stays in the browser, so that documents are in
 * no server's log and no server's limit on addresses cuts them.
 */
export function fragmentOf({
  subject,
  documents,
  actions,
  resources,
  context,
}: SimulationCase): string {
  const parameters = new URLSearchParams({
    as: "name" in subject ? `${subject.kind}/${subject.name}` : subject.kind,
  });
  for (const action of linesOf(actions)) parameters.append("action", action);
  for (const resource of linesOf(resources)) parameters.append("resource", resource);
  for (const [key, values] of Object.entries(context)) {
    if (values.length === 0) parameters.append("absent", key);
    for (const value of values) parameters.append(`key.${key}`, value);
  }
  for (const { part, text } of documents) parameters.append(`document.${part}`, text);
  return parameters.toString();
}

/** The case of a fragment. What it does not have, or what is no part of a case, is left out. */
export function caseOf(fragment: string): SimulationCase {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  if (!parameters.has("as")) return EMPTY_CASE;
  const context = new Map<string, readonly string[]>();
  const documents: PastedDocument[] = [];
  for (const [name, value] of [...parameters].slice(0, MOST_PARTS * 10)) {
    if (context.size >= MOST_PARTS || documents.length >= MOST_PARTS) break;
    const part = DOCUMENT_PARTS.find((one) => name === `document.${one}`);
    if (part !== undefined) documents.push({ part, text: value });
    else if (name === "absent") context.set(value.toLowerCase(), []);
    else if (name.startsWith("key.")) {
      const key = name.slice("key.".length).toLowerCase();
      context.set(key, [...(context.get(key) ?? []), value]);
    }
  }
  return {
    subject: subjectOf(parameters.get("as") ?? ""),
    documents,
    actions: parameters.getAll("action").join("\n"),
    resources: parameters.getAll("resource").join("\n"),
    context: Object.fromEntries(context),
  };
}

function subjectOf(text: string): Subject {
  const [, kind, name] = /^(user|role)\/(.*)$/.exec(text) ?? [];
  if ((kind === "user" || kind === "role") && name !== undefined) return { kind, name };
  return text === "root" || text === "pasted" ? { kind: text } : EMPTY_CASE.subject;
}

/** The lines of a field, without repetitions and white space around them. */
export const linesOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  ),
];

const MOST_ACTIONS = 50;
const MOST_RESOURCES = 10;

/** Why the actions can't be simulated; undefined when they can. */
export function actionProblem(actions: readonly string[]): string | undefined {
  if (actions.length > MOST_ACTIONS) return `${MOST_ACTIONS} actions at most.`;
  const wrong = actions.find((action) => !/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action));
  if (wrong === undefined) return undefined;
  if (/[*?]/.test(wrong)) return `A request has one action: ${wrong} has a wildcard.`;
  return `${wrong} is no action. An action is written service:Action, such as iam:GetUser.`;
}

export function resourceProblem(resources: readonly string[]): string | undefined {
  if (resources.length > MOST_RESOURCES) return `${MOST_RESOURCES} resources at most.`;
  const wrong = resources.find(
    (resource) => resource !== "*" && !/^arn:(?:[^:]*:){4}./.test(resource),
  );
  return wrong === undefined ? undefined : `${wrong} is no ARN. Type an ARN, or * for none.`;
}
