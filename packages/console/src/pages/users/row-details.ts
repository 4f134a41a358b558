import { ListGroupsForUserCommand, ListMFADevicesCommand, type User } from "@aws-sdk/client-iam";
import { useEffect, useState } from "react";
import { iam } from "../../api/clients.ts";
import { forEachLimited } from "../../api/concurrency.ts";

/** Columns that need calls for each user. Undefined: not answered, or not allowed. */
export interface RowDetail {
  readonly groups?: number | undefined;
  readonly mfaDevices?: number | undefined;
}

/** Details of the rows that are shown, and of no others. */
export function useRowDetails(users: readonly User[]): ReadonlyMap<string, RowDetail> {
  const [details, setDetails] = useState<ReadonlyMap<string, RowDetail>>(new Map());
  const names = users.map(({ UserName = "" }) => UserName);
  const namesText = names.join("/");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names, not the array that holds them
  useEffect(() => {
    const controller = new AbortController();
    const missing = names.filter((name) => !details.has(name));
    forEachLimited(missing, controller.signal, async (name) => {
      const detail = await loadDetail(name, controller.signal);
      if (controller.signal.aborted) return;
      setDetails((before) => new Map(before).set(name, detail));
    });
    return () => controller.abort();
  }, [namesText]);
  return details;
}

async function loadDetail(UserName: string, abortSignal: AbortSignal): Promise<RowDetail> {
  const [groups, devices] = await Promise.allSettled([
    iam(new ListGroupsForUserCommand({ UserName }), { abortSignal }),
    iam(new ListMFADevicesCommand({ UserName }), { abortSignal }),
  ]);
  return {
    groups: groups.status === "fulfilled" ? groups.value.Groups?.length : undefined,
    mfaDevices: devices.status === "fulfilled" ? devices.value.MFADevices?.length : undefined,
  };
}
