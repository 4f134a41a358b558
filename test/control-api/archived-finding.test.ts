import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import {
  createPortcullisClient,
  type PortcullisClient,
} from "@portcullis/control-api/portcullis-client";
import { accountCountKey } from "@portcullis/iam/record/account";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, user } from "../support/people.ts";
import { storeOf } from "../support/seed-users.ts";

let installation: TestInstallation;
let root: PortcullisClient;
const clientAs = (credentials: TestCredentials) =>
  createPortcullisClient({ endpoint: installation.local.controlUrl, credentials });
const idOf = (at: number) => `00000000-0000-0000-0000-${String(at).padStart(12, "0")}`;
const finding = (at: number, Reason = "Intended.") => ({
  FindingId: idOf(at),
  Reason,
  ResourceArn: `arn:aws:iam::${installation.account}:role/deploy`,
  Title: "The role trusts a principal outside the account",
});

beforeAll(async () => {
  installation = await startInstallation();
  root = clientAs(installation.root);
});
afterAll(() => installation.stop());

describe("archived findings", () => {
  it("keep their reason, who archived them and when, until they are restored", async () => {
    const before = Date.now();
    const { Finding } = await root.archiveFinding(finding(1));
    expect(Finding).toMatchObject({
      ...finding(1),
      PrincipalArn: `arn:aws:iam::${installation.account}:root`,
    });
    expect(Math.abs(Finding.Time.getTime() - before)).toBeLessThan(60_000);
    expect(await root.listArchivedFindings()).toEqual({ Findings: [Finding] });
    await root.archiveFinding(finding(1, "Asked the owner."));
    const { Findings } = await root.listArchivedFindings();
    expect(Findings.map(({ Reason }) => Reason)).toEqual(["Asked the owner."]);
    await root.restoreFinding({ FindingId: idOf(1) });
    expect(await root.listArchivedFindings()).toEqual({ Findings: [] });
    await expect(root.restoreFinding({ FindingId: idOf(1) })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "The finding is not archived.",
    });
  });

  it("are the account's own, and each operation needs its permission", async () => {
    const ana = clientAs(await user(installation, "ana", allow("portcullis:ListArchivedFindings")));
    await root.archiveFinding(finding(2));
    expect((await ana.listArchivedFindings()).Findings).toHaveLength(1);
    for (const [call, action] of [
      [ana.archiveFinding(finding(3)), "portcullis:ArchiveFinding"],
      [ana.restoreFinding({ FindingId: idOf(2) }), "portcullis:RestoreFinding"],
    ] as const)
      await expect(call).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: expect.stringContaining(`perform: ${action} on resource: *`),
      });
    const trail = new CloudTrailClient({
      endpoint: `${installation.local.controlUrl}/cloudtrail`,
      region: "us-east-1",
      credentials: installation.root,
    });
    const { Events = [] } = await trail.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "ArchiveFinding" }],
      }),
    );
    trail.destroy();
    expect(Events.length).toBeGreaterThanOrEqual(1);
    await root.restoreFinding({ FindingId: idOf(2) });
  });

  it("are listed a page at a time, and refused when they are no findings", async () => {
    for (let at = 10; at < 13; at++) await root.archiveFinding(finding(at));
    const first = await root.listArchivedFindings({ MaxResults: 2 });
    expect(first.Findings.map(({ FindingId }) => FindingId)).toEqual([idOf(10), idOf(11)]);
    const second = await root.listArchivedFindings({ MaxResults: 2, NextToken: first.NextToken });
    expect(second.Findings.map(({ FindingId }) => FindingId)).toEqual([idOf(12)]);
    expect(second.NextToken).toBeUndefined();
    for (const [input, message] of [
      [{ ...finding(1), FindingId: "../../secrets" }, "findingId"],
      [{ ...finding(1), Reason: "" }, "reason"],
      [{ ...finding(1), Reason: "x".repeat(501) }, "reason"],
    ] as const)
      await expect(root.archiveFinding(input)).rejects.toMatchObject({
        name: "ValidationException",
        message: expect.stringContaining(`at '${message}' failed to satisfy constraint`),
      });
    await expect(root.listArchivedFindings({ NextToken: "forged" })).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  it("two at once are both kept, and a thousand are enough", async () => {
    const others = (await root.listArchivedFindings()).Findings;
    await Promise.all(Array.from({ length: 8 }, (_, at) => root.archiveFinding(finding(100 + at))));
    await Promise.all(Array.from({ length: 4 }, () => root.archiveFinding(finding(200))));
    expect((await root.listArchivedFindings()).Findings).toHaveLength(others.length + 9);
    // As if there were so many that one more is the last.
    const { store, close } = storeOf(installation.local.dynamodbEndpoint);
    const key = accountCountKey(installation.account, "archivedFindings");
    await store.transact([{ kind: "count", key, counter: "count", by: 991 - others.length - 1 }]);
    close();
    await root.archiveFinding(finding(300));
    await expect(root.archiveFinding(finding(5_000))).rejects.toMatchObject({
      name: "LimitExceeded",
      message: "Cannot exceed quota for ArchivedFindingsPerAccount: 1000",
    });
    await root.restoreFinding({ FindingId: idOf(200) });
    await root.archiveFinding(finding(5_000));
  });
});
