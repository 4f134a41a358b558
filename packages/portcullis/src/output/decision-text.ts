import { type DecisionLine, terminalLine } from "@portcullis/authorizer";
import { coloured, type Style } from "./colour.ts";

const STYLES: Readonly<Record<DecisionLine["outcome"], Style>> = {
  allowed: "green",
  implicitDeny: "red",
  explicitDeny: "red",
  unauthenticated: "yellow",
  invalid: "yellow",
  failed: "yellow",
  error: "red",
};

/** A decision as one line for people: time, verdict, who, what, why. */
export function decisionText(line: DecisionLine): string {
  const text = terminalLine(line);
  const [verdict = ""] = /(?<=^\S+ {2})[A-Z]+/.exec(text) ?? [];
  return verdict === "" ? text : text.replace(verdict, coloured(STYLES[line.outcome], verdict));
}
