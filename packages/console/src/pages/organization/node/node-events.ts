/** What happened to a node, so that the tree shows it. */
export interface NodeEvents {
  /** Its name, its state or its children are others now. */
  readonly onChanged: () => void;
  readonly onDeleted: () => void;
  /** Begins to move an account. */
  readonly onMove: () => void;
}
