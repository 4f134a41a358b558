/** The value below which a part of the sorted values is. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Median, and between which values nine tenths are. */
export function summary(values: readonly number[], unit: string): string {
  const [median, low, high] = [0.5, 0.05, 0.95].map((part) => quantile(values, part).toFixed(2));
  return `p50 ${median} ${unit} (${low} to ${high}, n=${values.length})`;
}
