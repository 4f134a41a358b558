import { validationError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import { listEntryKey, type NamedList, nameEntryKey } from "../record/list-entry.ts";
import { listPage, type Page, type PageRequest } from "../storage/pagination.ts";
import type { Stored } from "../storage/store.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

interface Named {
  readonly path: string;
  readonly name: string;
}

/** INVARIANT: an entity is in its list by path and by name as long as it exists. */
export function putListEntry<T>(
  { account, unit }: Scope,
  list: NamedList,
  { path, name }: Named,
  entry: T,
): void {
  unit.put(listEntryKey<T>(account, list, path, name), entry, { expect: "any" });
  unit.put(nameEntryKey<T>(account, list, name), { ...entry, path }, { expect: "any" });
}

export function deleteListEntry(
  { account, unit }: Scope,
  list: NamedList,
  { path, name }: Named,
): void {
  unit.delete(listEntryKey(account, list, path, name), { expect: "any" });
  unit.delete(nameEntryKey(account, list, name), { expect: "any" });
}

/**
 * A page of a list: in order of name without regard to case, as AWS answers it; under a path in order of path. With a name prefix
 * and a path the page may hold fewer entries than asked for, and none, while more follow.
 * @throws {ApiError} `ValidationError`
 */
export async function listEntities<T>(
  { account, unit, namePrefix }: Scope & Pick<OperationContext, "namePrefix">,
  list: NamedList,
  { PathPrefix: path = "/", ...page }: PageRequest & { readonly PathPrefix?: string | undefined },
): Promise<Page<Stored<T>>> {
  if (namePrefix === undefined && path !== "/")
    return listPage<T>(unit, { account, partition: list, prefix: path }, page);
  const byName = {
    account,
    partition: nameEntryKey(account, list, "").partition,
    ...(namePrefix === undefined ? {} : { prefix: checkNamePrefix(namePrefix).toLowerCase() }),
  };
  const { items, ...rest } = await listPage<T & Pick<Named, "path">>(unit, byName, page);
  return { items: items.filter(({ data }) => data.path.startsWith(path)), ...rest };
}

function checkNamePrefix(prefix: string): string {
  if (/^[\w+=,.@-]{1,128}$/.test(prefix)) return prefix;
  throw validationError(
    "1 validation error detected: Value at 'namePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{1,128}",
  );
}
