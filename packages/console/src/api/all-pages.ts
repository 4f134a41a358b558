interface Page<T> {
  readonly items: readonly T[] | undefined;
  readonly marker: string | undefined;
}

/** The longest of the lists that belong to one entity; IAM's quotas keep them far below. */
const MOST_PAGES = 20;

/** A whole list, for lists that a quota keeps short, such as a user's groups. */
export async function allPages<T>(
  load: (marker: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await load(marker);
    all.push(...(answer.items ?? []));
    marker = answer.marker;
    if (marker === undefined) break;
  }
  return all;
}
