import { useCallback, useEffect, useState } from "react";
import { useSearchParams } from "react-router";

/** What a person chose in a table: kept in the address, so that a link shows the same. */
export interface TableState {
  readonly text: string;
  readonly page: number;
  readonly sort: string;
  readonly isDescending: boolean;
  readonly setText: (text: string) => void;
  readonly setPage: (page: number) => void;
  readonly setSort: (column: string, isDescending: boolean) => void;
}

const ADDRESS_DELAY_MILLISECONDS = 250;

/** @param prefix tells several tables of a page apart in the address */
export function useTableState(prefix = ""): TableState {
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(params.get(`${prefix}q`) ?? "");
  const [page, setPage] = useState(Math.max(1, Number(params.get(`${prefix}page`)) || 1));
  const [sorting, setSorting] = useState(params.get(`${prefix}sort`) ?? "");

  useEffect(() => {
    const { pathname } = location;
    // Not at each key: a change of the address renders the whole page.
    const timer = setTimeout(() => {
      const next = new URLSearchParams(location.search);
      const put = (name: string, value: string, absent: string) =>
        value === absent ? next.delete(name) : next.set(name, value);
      put(`${prefix}q`, text, "");
      put(`${prefix}page`, String(page), "1");
      put(`${prefix}sort`, sorting, "");
      // This page stays until the code of the next one is there: then the address is the next
      // one's.
      const isOwn = location.pathname === pathname;
      if (isOwn && next.toString() !== new URLSearchParams(location.search).toString())
        setParams(next, { replace: true });
    }, ADDRESS_DELAY_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [prefix, text, page, sorting, setParams]);

  return {
    text,
    page,
    sort: sorting.replace(/^-/, ""),
    isDescending: sorting.startsWith("-"),
    setText: useCallback((next: string) => {
      setText(next);
      setPage(1);
    }, []),
    setPage,
    setSort: useCallback(
      (column: string, isDescending: boolean) => setSorting(`${isDescending ? "-" : ""}${column}`),
      [],
    ),
  };
}
