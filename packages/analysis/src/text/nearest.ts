/** Longer names are not compared: they are no typing errors. */
const LONGEST = 128;

/**
 * Of some names those nearest to a text: at most three edits away, nearest first, three at most.
 */
export function nearestNames(text: string, names: Iterable<string>): readonly string[] {
  if (text.length > LONGEST) return [];
  const lower = text.toLowerCase();
  const most = Math.min(3, Math.ceil(text.length / 3));
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const name of names) {
    if (Math.abs(name.length - text.length) > most || name.length > LONGEST) continue;
    const distance = editDistance(lower, name.toLowerCase());
    if (distance <= most) found.push({ name, distance });
  }
  return found
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Insertions, deletions, replacements (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one.charCodeAt(i - 1) === other.charCodeAt(j - 1) ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
