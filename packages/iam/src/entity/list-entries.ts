import { validationError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import { accountKey } from "../record/account.ts";
import { listEntryKey, type NamedList, nameEntryKey } from "../record/list-entry.ts";
import { partitionOf } from "../record/partition.ts";
import { listPage, type Page, type PageRequest } from "../storage/pagination.ts";
import type { Key, Stored } from "../storage/store.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

interface Named {
  readonly path: string;
  readonly name: string;
}

/**
 * Writes an entity's entries in the lists by path and by name.
 * INVARIANT: every existing entity has both entries.
 */
export function putListEntry<T>(
  { account, unit }: Scope,
  list: NamedList,
  { path, name }: Named,
  entry: T,
): void {
  unit.put(listEntryKey<T>(account, list, path, name), entry, { expect: "any" });
  unit.put(nameEntryKey<T>(account, list, name), { ...entry, path }, { expect: "any" });
}

/** Deletes an entity's entries in the lists by path and by name. */
export function deleteListEntry(
  { account, unit }: Scope,
  list: NamedList,
  { path, name }: Named,
): void {
  unit.delete(listEntryKey(account, list, path, name), { expect: "any" });
  unit.delete(nameEntryKey(account, list, name), { expect: "any" });
}

interface ListInput extends PageRequest {
  readonly PathPrefix?: string | undefined;
}

/**
 * Returns a page of a list. The order is by name without regard to case, as AWS answers it; with a
 * path prefix it is by path. With both a name prefix and a path prefix, a page may hold fewer
 * entries than requested, or none, and not be the last.
 * @throws {ApiError} `ValidationError`
 */
export async function listEntities<T extends { readonly name: string }>(
  context: Scope & Pick<OperationContext, "namePrefix">,
  list: NamedList,
  input: ListInput,
): Promise<Page<Stored<T>>> {
  const { namePrefix } = context;
  if (namePrefix !== undefined) checkNamePrefix(namePrefix);
  if (namePrefix === undefined && (input.PathPrefix ?? "/") !== "/")
    return pageByPath<T>(context, list, input);
  const isComplete = isListedByName(context);
  // A marker belongs to one of the two lists. Without a marker, the flag and the page are read
  // concurrently.
  if (input.Marker !== undefined)
    return (await isComplete)
      ? pageByName<T>(context, list, input)
      : pageByPath(context, list, input);
  const [complete, page] = await Promise.all([isComplete, pageByName<T>(context, list, input)]);
  return complete ? page : pageByPath<T>(context, list, input);
}

/** The records that `listEntities` reads beside the list, for `Operation.reads`. */
export const recordsOfList = ({ PathPrefix = "/" }: ListInput, account: string): readonly Key[] =>
  PathPrefix === "/" ? [accountKey(account)] : [];

const isListedByName = async ({ account, unit }: Scope): Promise<boolean> =>
  (await unit.get(accountKey(account)))?.listsByName === true;

type ListContext = Scope & Pick<OperationContext, "namePrefix">;

async function pageByName<T>(
  { account, unit, namePrefix }: ListContext,
  list: NamedList,
  { PathPrefix: path = "/", ...page }: ListInput,
): Promise<Page<Stored<T>>> {
  const byName = {
    account,
    partition: nameEntryKey(account, list, "").partition,
    ...(namePrefix === undefined ? {} : { prefix: namePrefix.toLowerCase() }),
  };
  const { items, ...rest } = await listPage<T & Pick<Named, "path">>(unit, byName, page);
  return { items: items.filter(({ data }) => data.path.startsWith(path)), ...rest };
}

async function pageByPath<T extends Pick<Named, "name">>(
  { account, unit, namePrefix = "" }: ListContext,
  list: NamedList,
  { PathPrefix: prefix = "/", ...page }: ListInput,
): Promise<Page<Stored<T>>> {
  const byPath = { account, partition: partitionOf(list), prefix };
  const { items, ...rest } = await listPage<T>(unit, byPath, page);
  const named = namePrefix.toLowerCase();
  return { items: items.filter(({ data }) => data.name.toLowerCase().startsWith(named)), ...rest };
}

function checkNamePrefix(prefix: string): void {
  if (/^[\w+=,.@-]{1,128}$/.test(prefix)) return;
  throw validationError(
    "1 validation error detected: Value at 'namePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{1,128}",
  );
}
