import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
} from "@aws-sdk/client-iam";
import type { OperationContext } from "@portcullis/iam/operation";
import type { Store } from "@portcullis/iam/store";
import { unitOfWork } from "@portcullis/iam/unit-of-work";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  makeSlice,
  REPORT_LIMITS,
} from "../../../packages/iam/src/operation/iam/report/credential-report-draft.ts";
import {
  credentialReportDraftKey,
  credentialReportKey,
} from "../../../packages/iam/src/record/credential-report.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";
import { seededName, seedUsers, storeOf } from "../../support/seed-users.ts";

let product: TestInstallation;
let store: Store;
let close: () => void;
beforeEach(async () => {
  product = await startInstallation();
  ({ store, close } = storeOf(product.local.dynamodbEndpoint));
});
afterEach(async () => {
  close();
  await product.stop();
});

const NOW = new Date(Math.floor(Date.now() / 1_000) * 1_000);
const generate = async () =>
  (await product.iam.send(new GenerateCredentialReportCommand({}))).State;
const report = async () => {
  const { Content, GeneratedTime } = await product.iam.send(new GetCredentialReportCommand({}));
  const lines = Buffer.from(Content ?? [])
    .toString()
    .trimEnd()
    .split("\n");
  return { names: lines.map((line) => line.split(",", 1)[0]), generatedAt: GeneratedTime };
};

describe("a report of more users than one slice", () => {
  const COUNT = 2 * REPORT_LIMITS.usersPerSlice + 100;
  const everyone = Array.from({ length: COUNT }, (_, number) => seededName(number)).sort();
  beforeEach(() => seedUsers(store, { account: product.account, count: COUNT }), 60_000);

  test("is made by the calls that generate it", async () => {
    expect(await generate()).toBe("STARTED");
    expect(await generate()).toBe("INPROGRESS");
    expect(await generate()).toBe("COMPLETE");
    expect(await generate()).toBe("COMPLETE");
    const { names } = await report();
    expect(names.slice(0, 2)).toEqual(["user", "<root_account>"]);
    expect(names.slice(2).sort()).toEqual(everyone);
  });

  test("is made by the calls that get it, too", async () => {
    expect(await generate()).toBe("STARTED");
    const inProgress = { code: "CredentialReportNotReady", status: 404 };
    expect(await refusal(report())).toMatchObject(inProgress);
    expect((await report()).names.slice(2).sort()).toEqual(everyone);
    expect(await generate()).toBe("COMPLETE");
  });

  test("is made once by callers that ask at once", async () => {
    const states = await Promise.all([generate(), generate(), generate(), generate()]);
    expect(states.filter((state) => state === "STARTED")).toHaveLength(1);
    expect(await generate()).toBe("COMPLETE");
    expect((await report()).names.slice(2).sort()).toEqual(everyone);
  });
});

describe("with small limits", () => {
  const slice = async (limits: Partial<typeof REPORT_LIMITS>, now = NOW) => {
    const unit = unitOfWork(store);
    const { account } = product;
    const settings = { managementAccount: account } as OperationContext["settings"];
    const draft = await unit.get(credentialReportDraftKey(account));
    const context = { account, unit, now, settings } as OperationContext;
    const isComplete = await makeSlice(context, draft, { ...REPORT_LIMITS, ...limits });
    await unit.commit();
    return isComplete;
  };
  beforeEach(async () => {
    for (const UserName of ["ana", "bob", "eve"])
      await product.iam.send(new CreateUserCommand({ UserName }));
    await product.iam.send(new CreateAccessKeyCommand({ UserName: "eve" }));
  });

  test("parts have whole lines, and the report is as old as its first slice", async () => {
    const limits = { usersPerSlice: 1, partBytes: 10 };
    expect(await slice(limits)).toBe(false);
    const later = new Date(NOW.getTime() + 60_000);
    expect(await slice(limits, later)).toBe(false);
    expect(await slice(limits, later)).toBe(true);
    const [stored, draft] = await store.get([
      credentialReportKey(product.account),
      credentialReportDraftKey(product.account),
    ]);
    expect(stored?.data).toMatchObject({ generatedAt: NOW.toISOString(), parts: 5 });
    expect(draft).toBeUndefined();
    const { names, generatedAt } = await report();
    expect(names).toEqual(["user", "<root_account>", "ana", "bob", "eve"]);
    expect(generatedAt).toEqual(NOW);
  });

  test("a report that does not fit into an answer is refused", async () => {
    const tooLarge = (bytes: number) => ({
      code: "LimitExceeded",
      message: `The credential report of this account would exceed ${bytes} bytes, the most that GetCredentialReport answers. Use ListUsers, ListAccessKeys, GetAccessKeyLastUsed and ListMFADevices, which answer page by page.`,
    });
    // Three users can't have so short rows.
    await expect(slice({ reportBytes: 400 })).rejects.toMatchObject(tooLarge(400));
    expect(await slice({ usersPerSlice: 2, reportBytes: 1_100 })).toBe(false);
    await expect(slice({ reportBytes: 1_100 })).rejects.toMatchObject(tooLarge(1_100));
    expect(await store.get([credentialReportKey(product.account)])).toEqual([undefined]);
  });

  test("is refused by the errors that each operation has", async () => {
    expect(await slice({ usersPerSlice: 1 })).toBe(false);
    const key = credentialReportDraftKey(product.account);
    const [draft] = await store.get([key]);
    const data = { ...draft?.data, bytes: REPORT_LIMITS.reportBytes - 100 };
    await store.transact([{ kind: "put", key, data, expect: "any" }]);
    const reason =
      "The credential report of this account would exceed 4500000 bytes, the most that GetCredentialReport answers. Use ListUsers, ListAccessKeys, GetAccessKeyLastUsed and ListMFADevices, which answer page by page.";
    expect(await refusal(generate())).toEqual({
      code: "LimitExceeded",
      status: 409,
      message: reason,
    });
    expect(await refusal(report())).toEqual({
      code: "CredentialReportNotPresent",
      status: 410,
      message: `The request was rejected because the credential report does not exist. To generate a credential report, use GenerateCredentialReport. ${reason}`,
    });
  });

  test("a report in the form of version 0.1.0 is made again", async () => {
    const key = credentialReportKey(product.account);
    const data = { generatedAt: NOW.toISOString(), parts: 1 };
    await store.transact([{ kind: "put", key, data, expect: "absent" }]);
    expect(await refusal(report())).toMatchObject({ code: "CredentialReportExpired" });
    expect(await generate()).toBe("STARTED");
    expect((await report()).names).toHaveLength(5);
  });

  test("a draft that was left for hours begins again", async () => {
    expect(await slice({ usersPerSlice: 1 }, new Date(NOW.getTime() - 5 * 3_600_000))).toBe(false);
    expect(await refusal(report())).toMatchObject({ code: "CredentialReportNotPresent" });
    expect(await generate()).toBe("STARTED");
    expect((await report()).names).toEqual(["user", "<root_account>", "ana", "bob", "eve"]);
  });
});
