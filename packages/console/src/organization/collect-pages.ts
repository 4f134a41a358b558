/** What one call of a list operation of Organizations answers. */
export interface TokenPage<T> {
  readonly items: readonly T[];
  /** Undefined after the last page. */
  readonly next?: string | undefined;
}

/** The longest page that Organizations answers. */
export const ORGANIZATIONS_PAGE = 20;

/** More items than any list has that is loaded whole, such as the policies of one target. */
const MOST_CALLS = 100;

/**
 * Several pages of a list as one. Organizations answers 20 items a call, too few for a step of a
 * table or a tree.
 *
 * @param calls how many calls are made at most
 */
export async function collectPages<T>(
  load: (NextToken: string | undefined) => Promise<TokenPage<T>>,
  {
    from,
    calls = MOST_CALLS,
  }: { readonly from?: string | undefined; readonly calls?: number } = {},
): Promise<TokenPage<T>> {
  const items: T[] = [];
  let next = from;
  for (let call = 0; call < calls; call++) {
    const page = await load(next);
    items.push(...page.items);
    next = page.next;
    if (next === undefined) break;
  }
  return { items, next };
}
