/** The policies of a user, group or role, as stored in its record. */
export interface PolicyHolder {
  readonly inline: readonly InlinePolicy[];
  /** ARNs of attached managed policies, in the order of attachment. */
  readonly attached: readonly string[];
}

/** A policy embedded in a user, group or role. */
export interface InlinePolicy {
  readonly name: string;
  /** The submitted document, byte for byte. */
  readonly document: string;
}
