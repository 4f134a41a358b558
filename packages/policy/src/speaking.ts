import { coversAction } from "./action-list.ts";
import type { CompiledPolicy } from "./compile.ts";
import { sharedLength } from "./growing-tree.ts";
import type { Endings } from "./pattern-tree.ts";
import type { Effect } from "./policy.ts";
import { type CompiledStatement, resourcesOf } from "./statement.ts";
import { matchesGlob } from "./wildcard.ts";

/**
 * Which of a policy's statements speak of an action. Actions come from a service's definition, the same few all the time,
 * so that it is found out once.
 */
export interface Speaking {
  /** Where they have so few resource patterns that trying each beats the index. */
  readonly few: Few | undefined;
  /** By a statement's place in the document, 1: it speaks of the action. */
  readonly marks: Uint8Array;
}

export interface Few {
  readonly candidates: readonly Candidate[];
  /** Where their beginnings part ways: one character of a resource there rules out most of them. */
  readonly fork: number;
}

/** A statement, and a beginning that some of its resource patterns have. Undefined: it is of all resources but some. */
export interface Candidate {
  readonly statement: CompiledStatement;
  readonly effect: Effect;
  readonly endings: Endings<true> | undefined;
  /** The beginning's character at the fork; NaN: it ends before. */
  readonly atFork: number;
}

const FEW_PATTERNS = 16;
/** More than a definition has. What is kept of a policy must not grow without limit by what callers make up. */
const ACTIONS_AT_MOST = 200;

export function speakingOf(
  { speaking, actions, statements }: CompiledPolicy,
  action: string,
): Speaking {
  const known = speaking.get(action);
  if (known !== undefined) return known;
  const lower = action.toLowerCase();
  const matching = new Set(
    actions.filter((pattern) => matchesGlob(pattern, lower, 0, lower.length, 0)),
  );
  const marks = new Uint8Array(statements.length);
  const marked: CompiledStatement[] = [];
  let patterns = 0;
  for (const [place, statement] of statements.entries()) {
    if (!coversAction(statement.actions, matching)) continue;
    marks[place] = 1;
    marked.push(statement);
    patterns += statement.resource.patterns.length;
  }
  const found = { marks, few: patterns <= FEW_PATTERNS ? fewOf(marked) : undefined };
  if (speaking.size >= ACTIONS_AT_MOST) speaking.clear();
  speaking.set(action, found);
  return found;
}

function fewOf(statements: readonly CompiledStatement[]): Few {
  const found = statements.flatMap(candidatesOf);
  const beginnings = found.flatMap(({ endings }) => endings?.beginning ?? []).sort();
  const last = beginnings.at(-1) ?? "";
  // One that the last begins with ends before any fork.
  const fork = sharedLength(
    beginnings.find((beginning) => !last.startsWith(beginning)) ?? "",
    last,
    0,
  );
  const atFork = (endings: Candidate["endings"]) =>
    endings?.beginning.charCodeAt(fork) ?? Number.NaN;
  return {
    fork,
    candidates: found.map((candidate) => ({ ...candidate, atFork: atFork(candidate.endings) })),
  };
}

function candidatesOf(statement: CompiledStatement): readonly Omit<Candidate, "atFork">[] {
  const { effect } = statement;
  if (statement.resource.match === "except") return [{ statement, effect, endings: undefined }];
  return resourcesOf(statement).endings.map((endings) => ({ statement, effect, endings }));
}
