/** What a check or a test run found, for all forms of output. */
export interface Report {
  /** `portcullis policy check` */
  readonly tool: string;
  readonly problems: readonly Problem[];
  readonly suites: readonly Suite[];
  /** For people. */
  readonly text: () => string;
  /** For programs. */
  readonly json: object;
}

export type Level = "error" | "warning" | "note";

export interface Problem {
  readonly file: string;
  readonly level: Level;
  /** The rule's name, such as `MISSING_VERSION`. */
  readonly rule: string;
  readonly title: string;
  readonly message: string;
  readonly help?: string | undefined;
  readonly place?: Place | undefined;
}

/** Lines and columns from 1; the end is behind the last character. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine?: number | undefined;
  readonly endColumn?: number | undefined;
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly {
    readonly name: string;
    /** Undefined: it passed. */
    readonly failure?: string | undefined;
  }[];
}
