/** The exit codes of all commands; docs/policies.md lists them. */
export const EXIT = {
  /** Nothing is wrong. */
  ok: 0,
  /** The check found something: findings, failed tests, a change of access. */
  found: 1,
  /** The command could not do what it was asked, such as an installation that can't start. */
  failed: 1,
  /** Wrong usage or input. */
  usage: 2,
  /** A comparison can't be decided. */
  undecided: 3,
  /** A fault of Portcullis. */
  fault: 70,
} as const;
