import type { ArchivedFinding } from "@portcullis/control-api/portcullis-client";
import { portcullis } from "../../api/clients.ts";
import { portcullisCommand } from "../../api/portcullis-command.ts";
import { type Query, useQuery } from "../../ui/use-query.ts";

/** By the findings' ids. */
export type Archive = ReadonlyMap<string, ArchivedFinding>;

const PAGE = 100;
/** As many as the server keeps of one account, 1,000. */
const MOST_PAGES = 10;

/** The archived findings of the account, with their reasons. */
export function useArchive(): Query<Archive> {
  return useQuery(loadArchive, []);
}

async function loadArchive(abortSignal: AbortSignal): Promise<Archive> {
  const found = new Map<string, ArchivedFinding>();
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const command = portcullisCommand("listArchivedFindings", { MaxResults: PAGE, NextToken });
    const answer = await portcullis(command, { abortSignal });
    for (const one of answer.Findings) found.set(one.FindingId, one);
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  return found;
}
