import { expect } from "vitest";
import type { Asked, RecordWorld } from "../support/record-world.ts";

/** The inline policies of a principal: one document, with the name `own`. */
export const inline = (text: string) => [{ name: "own", document: text }];

/** The partitions of each read since the last call, without the numbers of copies. */
export const partitions = (world: RecordWorld): readonly (readonly string[])[] =>
  world.read
    .splice(0)
    .map(({ by, keys }) => [
      by,
      ...keys.map(({ partition }) => partition.replace(/(account|organization)\/\d/, "$1")),
    ]);

/** The answer's kind, and the reason and the statements of its decision line. */
export const summary = ({ kind, line }: Asked) => [kind, line?.reason, line?.statements ?? []];

/** The summary of an allow by these statements. */
export const allowedBy = (...statements: readonly string[]) => ["allowed", "allowed", statements];

/** Expects a decision that failed for this reason. */
export const failed = ({ kind, line }: Asked, reason: string): void =>
  expect([kind, line?.outcome, line?.reason]).toEqual(["failed", "error", reason]);

/** Expects a denial for this reason. */
export const denied = ({ kind, line }: Asked, reason: string): void =>
  expect([kind, line?.reason]).toEqual(["forbidden", reason]);
