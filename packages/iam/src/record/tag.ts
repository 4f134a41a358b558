/** A tag of a resource or of a session. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}
