import type { RecordKey } from "../storage/unit-of-work.ts";
import { type FoundAccess, findingsPartition } from "./analyzer.ts";

/** An analysis that is being made, by one call after another. Absent: none is. */
export interface AnalysisRunRecord {
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The request that works at it, so that no two do so at once. Absent: none does. */
  readonly worker?: { readonly requestId: string; readonly since: string };
  /** Where it continues. Absent: it has read everything. */
  readonly position?: AnalysisPosition;
  /** The number of parts that its findings are stored in. Parts are numbered from 0. */
  readonly parts: number;
  /** The users and roles that it looked at. */
  readonly principals: number;
  /** How many findings it keeps, by severity, the most severe first. */
  readonly kept: readonly number[];
}

/** A position in the lists of an analyzer's accounts. */
export interface AnalysisPosition {
  readonly account: string;
  readonly list: "users" | "roles";
  /** The sort key of the last entry that was read. Absent: the list begins. */
  readonly after?: string;
}

/** Some of the findings of an analysis that is being made. */
export interface AnalysisPartRecord {
  readonly found: readonly FoundAccess[];
}

/** The partition of the analysis that an analyzer is making. Analyzers' names contain no slash. */
export const analysisRunPartition = (analyzer: string): string =>
  findingsPartition(`${analyzer}/run`);

export const analysisRunKey = (
  account: string,
  analyzer: string,
): RecordKey<AnalysisRunRecord> => ({
  account,
  partition: analysisRunPartition(analyzer),
  sort: "record",
});

/** Begins the sort keys of all parts. */
export const ANALYSIS_PARTS = "part/";

/** The key of a part. Numbers are padded, so that they sort as numbers. */
export const analysisPartKey = (
  account: string,
  analyzer: string,
  part: number,
): RecordKey<AnalysisPartRecord> => ({
  account,
  partition: analysisRunPartition(analyzer),
  sort: `${ANALYSIS_PARTS}${String(part).padStart(9, "0")}`,
});
