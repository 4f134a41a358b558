/** The policies of a user, group or role, as its record keeps them. */
export interface PolicyHolder {
  readonly inline: readonly InlinePolicy[];
  /** ARNs of managed policies, in the order of attaching. */
  readonly attached: readonly string[];
}

export interface InlinePolicy {
  readonly name: string;
  /** The document as it was submitted, byte for byte. */
  readonly document: string;
}
