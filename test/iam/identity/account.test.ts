import {
  CreateAccountAliasCommand,
  DeleteAccountAliasCommand,
  ListAccountAliasesCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alreadyExists, noSuchEntity } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

describe("the account alias", () => {
  const create = (AccountAlias: string) =>
    test.iam.send(new CreateAccountAliasCommand({ AccountAlias }));
  const remove = (AccountAlias: string) =>
    test.iam.send(new DeleteAccountAliasCommand({ AccountAlias }));
  const aliases = async () =>
    (await test.iam.send(new ListAccountAliasesCommand({}))).AccountAliases;

  it("is one at most: another replaces it, and the former is free again", async () => {
    expect(await aliases()).toEqual([]);
    await create("first-name");
    expect(await aliases()).toEqual(["first-name"]);
    expect(await refusal(create("first-name"))).toEqual(
      alreadyExists("The account alias first-name already exists."),
    );
    await create("second-name");
    expect(await aliases()).toEqual(["second-name"]);
    expect(await refusal(remove("first-name"))).toEqual(
      noSuchEntity("The account alias first-name cannot be found."),
    );
    await create("first-name");
    await remove("first-name");
    expect(await aliases()).toEqual([]);
  });

  it("refuses what AWS refuses", async () => {
    for (const alias of [
      "ab",
      "Upper",
      "two--dashes",
      "-x1",
      "x1-",
      "a_b",
      "a".repeat(64),
      "аbc",
    ]) {
      expect(await refusal(create(alias)), alias).toMatchObject({
        code: "ValidationError",
        status: 400,
      });
    }
    expect(await refusal(create("123456789012"))).toMatchObject({ code: "InvalidInput" });
  });

  it("is won by one of ten who want it at once", async () => {
    const sent = await Promise.allSettled(Array.from({ length: 10 }, () => create("wanted")));
    expect(sent.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(await aliases()).toEqual(["wanted"]);
  });
});
