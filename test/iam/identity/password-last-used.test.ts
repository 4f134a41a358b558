import * as sdk from "@aws-sdk/client-iam";
import { nameEntryKey } from "@portcullis/iam/record/list-entry";
import { type UserEntry, userKey } from "@portcullis/iam/record/user";
import { atomically } from "@portcullis/iam/unit-of-work";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { storeOf } from "../../support/seed-users.ts";
import { PASSWORD, passwordUser, signIn } from "../../support/sign-in.ts";

let test: TestInstallation;
let iam: sdk.IAMClient;
beforeAll(async () => {
  test = await startInstallation();
  ({ iam } = test);
  await iam.send(new sdk.CreateGroupCommand({ GroupName: "all" }));
});
afterAll(() => test.stop());

/** When GetUser, ListUsers by name and by path, and GetGroup say that the password was used. */
async function shown(UserName: string): Promise<readonly (number | undefined)[]> {
  const one = (users: readonly sdk.User[] = []) =>
    users.find((user) => user.UserName === UserName)?.PasswordLastUsed?.getTime();
  const { User } = await iam.send(new sdk.GetUserCommand({ UserName }));
  const byName = await iam.send(new sdk.ListUsersCommand({}));
  const byPath = await iam.send(new sdk.ListUsersCommand({ PathPrefix: User?.Path }));
  const { Users } = await iam.send(new sdk.GetGroupCommand({ GroupName: "all" }));
  return [User ? one([User]) : undefined, one(byName.Users), one(byPath.Users), one(Users)];
}

const NEVER = [undefined, undefined, undefined, undefined];

async function use(userName: string): Promise<number> {
  await signIn(test, { userName, password: PASSWORD });
  const { User } = await iam.send(new sdk.GetUserCommand({ UserName: userName }));
  const at = User?.PasswordLastUsed?.getTime() ?? Number.NaN;
  expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  return at;
}

const join = (UserName: string) =>
  iam.send(new sdk.AddUserToGroupCommand({ GroupName: "all", UserName }));

describe("PasswordLastUsed", () => {
  it("is there after the first sign-in, wherever the user is shown", async () => {
    await iam.send(new sdk.CreateUserCommand({ UserName: "ann" }));
    await join("ann");
    expect(await shown("ann")).toEqual(NEVER);
    await iam.send(new sdk.CreateLoginProfileCommand({ UserName: "ann", Password: PASSWORD }));
    expect(await shown("ann")).toEqual(NEVER);
    const at = await use("ann");
    expect(await shown("ann")).toEqual([at, at, at, at]);
  });

  it("outlasts the password, a new name, and a new path", async () => {
    const [at] = await shown("ann");
    expect(at).toBeDefined();
    await iam.send(new sdk.DeleteLoginProfileCommand({ UserName: "ann" }));
    expect(await shown("ann")).toEqual([at, at, at, at]);
    await iam.send(
      new sdk.UpdateUserCommand({ UserName: "ann", NewUserName: "anna", NewPath: "/x/" }),
    );
    expect(await shown("anna")).toEqual([at, at, at, at]);
  });

  it("is found of a user that was renamed before it had a password", async () => {
    await iam.send(new sdk.CreateUserCommand({ UserName: "bea" }));
    await join("bea");
    await iam.send(new sdk.UpdateUserCommand({ UserName: "bea", NewUserName: "bee" }));
    await iam.send(new sdk.CreateLoginProfileCommand({ UserName: "bee", Password: PASSWORD }));
    const at = await use("bee");
    expect(await shown("bee")).toEqual([at, at, at, at]);
  });

  it("is not that of a deleted user with the same name", async () => {
    await passwordUser(test, "cid");
    await use("cid");
    await iam.send(new sdk.DeleteUserPolicyCommand({ UserName: "cid", PolicyName: "own" }));
    await iam.send(new sdk.DeleteLoginProfileCommand({ UserName: "cid" }));
    await iam.send(new sdk.DeleteUserCommand({ UserName: "cid" }));
    await iam.send(new sdk.CreateUserCommand({ UserName: "cid" }));
    await join("cid");
    expect(await shown("cid")).toEqual(NEVER);
  });

  it("is found of users of version 0.1.0, which do not say whether they had a password", async () => {
    await passwordUser(test, "dan");
    await join("dan");
    const at = await use("dan");
    await iam.send(new sdk.DeleteLoginProfileCommand({ UserName: "dan" }));
    const { store, close } = storeOf(test.local.dynamodbEndpoint);
    const user = await atomically(store, (unit) => unit.get(userKey(test.account, "dan")));
    const entry = await atomically(store, (unit) =>
      unit.get(nameEntryKey<UserEntry>(test.account, "users", "dan")),
    );
    close();
    // As version 0.1.0 wrote them.
    expect(user).not.toHaveProperty("neverHadPassword");
    expect(entry).not.toHaveProperty("neverHadPassword");
    expect(await shown("dan")).toEqual([at, at, at, at]);
  });
});
