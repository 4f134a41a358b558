/** How many users, groups and roles a policy applies to. */
export const entities = (count: number): string =>
  count === 0 ? "None" : count === 1 ? "1 entity" : `${count.toLocaleString("en")} entities`;
