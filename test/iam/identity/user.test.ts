import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutUserPolicyCommand,
  paginateListUsers,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const createUser = (UserName: string, more: { readonly Path?: string } = {}) =>
  test.iam.send(new CreateUserCommand({ UserName, ...more }));
const getUser = async (UserName?: string) =>
  (await test.iam.send(new GetUserCommand(UserName === undefined ? {} : { UserName }))).User;
const deleteUser = (UserName: string) => test.iam.send(new DeleteUserCommand({ UserName }));
const tagsOf = async (UserName: string) =>
  (await test.iam.send(new ListUserTagsCommand({ UserName }))).Tags?.map((tag) => [
    tag.Key,
    tag.Value,
  ]);

const noUser = (name: string) => ({
  code: "NoSuchEntity",
  message: `The user with name ${name} cannot be found.`,
  status: 404,
});

describe("users", () => {
  it("answers a new user with AWS's fields and no others", async () => {
    const { User } = await createUser("Ana", { Path: "/a/b/" });
    expect(User).toEqual({
      Path: "/a/b/",
      UserName: "Ana",
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${test.account}:user/a/b/Ana`,
      CreateDate: expect.any(Date),
    });
    expect(await getUser("ana")).toEqual(User);
    expect(await refusal(getUser("anna"))).toEqual(noUser("anna"));
  });

  it("lists page by page whatever the length of their paths", async () => {
    const path = `/${"deep-enough/".repeat(42)}`;
    const names = [1, 2, 3].map((number) => `${"x".repeat(63)}${number}`);
    for (const name of names) await createUser(name, { Path: path });
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListUsers(
      { client: test.iam, pageSize: 1 },
      { PathPrefix: path },
    ))
      seen.push(...(page.Users ?? []).map((user) => user.UserName));
    expect(seen).toEqual(names);
    for (const name of names) await deleteUser(name);
  });

  it("shows the root user without name and path", async () => {
    expect(await getUser()).toEqual({
      UserId: test.account,
      Arn: `arn:aws:iam::${test.account}:root`,
      CreateDate: expect.any(Date),
    });
  });

  it("keeps names unique without regard to case, also when twenty come at once", async () => {
    const sent = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => createUser(index % 2 ? "twin" : "TWIN")),
    );
    const lost = sent.filter((one) => one.status === "rejected").map((one) => one.reason.name);
    expect(lost).toEqual(Array(19).fill("EntityAlreadyExistsException"));
    const answer = {
      code: "EntityAlreadyExists",
      message: "User with name Twin already exists.",
      status: 409,
    };
    expect(await refusal(createUser("Twin"))).toEqual(answer);
  });

  it("refuses look-alike letters and control characters in names", async () => {
    for (const name of ["аna", "a\u0000", "a\nb", "a b", "ａｎａ", "../x"]) {
      expect(await refusal(createUser(name)), JSON.stringify(name)).toMatchObject({
        code: "ValidationError",
      });
    }
  });

  it("lists by path prefix, in pages", async () => {
    for (const name of ["l2", "l1", "l3"]) await createUser(name, { Path: "/list/" });
    const first = await test.iam.send(new ListUsersCommand({ PathPrefix: "/list", MaxItems: 2 }));
    expect(first.Users?.map((user) => user.UserName)).toEqual(["l1", "l2"]);
    expect(first.IsTruncated).toBe(true);
    const more = { PathPrefix: "/list", Marker: first.Marker };
    const rest = await test.iam.send(new ListUsersCommand(more));
    expect(rest.Users?.map((user) => user.UserName)).toEqual(["l3"]);
    const forged = test.iam.send(new ListUsersCommand({ Marker: "bm90IGEgbWFya2Vy" }));
    expect(await refusal(forged)).toMatchObject({ code: "ValidationError", status: 400 });
  });

  it("renames a user, who keeps its id and can still sign", async () => {
    const { User } = await createUser("maiden", { Path: "/old/" });
    const { AccessKey } = await test.iam.send(new CreateAccessKeyCommand({ UserName: "maiden" }));
    await test.iam.send(
      new UpdateUserCommand({ UserName: "maiden", NewUserName: "married", NewPath: "/new/" }),
    );
    expect(await refusal(getUser("maiden"))).toEqual(noUser("maiden"));
    expect(await getUser("married")).toMatchObject({
      UserId: User?.UserId,
      Arn: `arn:aws:iam::${test.account}:user/new/married`,
    });
    const denied = await refusal(
      test.iamAs(credentialsOf(AccessKey)).send(new ListUsersCommand({})),
    );
    expect(denied.message).toContain(
      `User: arn:aws:iam::${test.account}:user/new/married is not authorized`,
    );
    const old = await test.iam.send(new ListUsersCommand({ PathPrefix: "/old/" }));
    expect(old.Users).toEqual([]);
    await createUser("taken");
    const clash = test.iam.send(
      new UpdateUserCommand({ UserName: "married", NewUserName: "TAKEN" }),
    );
    expect(await refusal(clash)).toMatchObject({ message: "User with name TAKEN already exists." });
    const nobody = test.iam.send(new UpdateUserCommand({ UserName: "nobody", NewPath: "/x/" }));
    expect(await refusal(nobody)).toEqual(noUser("nobody"));
  });

  it("is not deleted while anything hangs on it", async () => {
    const UserName = "held";
    await createUser(UserName);
    await test.iam.send(new CreateGroupCommand({ GroupName: "holders" }));
    const conflicts = async (what: string) =>
      expect(await refusal(deleteUser(UserName))).toEqual({
        code: "DeleteConflict",
        message: `Cannot delete entity, must ${what} first.`,
        status: 409,
      });

    const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await test.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await conflicts("detach all policies");
    await test.iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));

    const PolicyDocument = policy("Allow", "s3:*");
    await test.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
    await conflicts("delete policies");
    await test.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "p" }));

    await test.iam.send(new AddUserToGroupCommand({ UserName, GroupName: "holders" }));
    await conflicts("remove users from group");
    await test.iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: "holders" }));

    const { AccessKey } = await test.iam.send(new CreateAccessKeyCommand({ UserName }));
    await conflicts("delete access keys");
    await test.iam.send(
      new DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey?.AccessKeyId }),
    );

    await test.iam.send(new CreateLoginProfileCommand({ UserName, Password: "Right-horse-1" }));
    await conflicts("delete login profile");
    await test.iam.send(new DeleteLoginProfileCommand({ UserName }));

    await deleteUser(UserName);
    expect(await refusal(deleteUser(UserName))).toEqual(noUser(UserName));
  });

  it("loses none of fifty changes to one user at once", async () => {
    await createUser("target");
    const indices = Array.from({ length: 50 }, (_, index) => index);
    await Promise.all(
      indices.map((index) =>
        test.iam.send(
          new TagUserCommand({
            UserName: "target",
            Tags: [{ Key: `k${index}`, Value: `${index}` }],
          }),
        ),
      ),
    );
    const tags = await test.iam.send(new ListUserTagsCommand({ UserName: "target" }));
    expect(new Set(tags.Tags?.map((tag) => tag.Key))).toEqual(
      new Set(indices.map((index) => `k${index}`)),
    );
  });
});

describe("tags of users", () => {
  const tag = (UserName: string, ...tags: (readonly [string, string])[]) =>
    test.iam.send(
      new TagUserCommand({ UserName, Tags: tags.map(([Key, Value]) => ({ Key, Value })) }),
    );

  it("overwrites by key without case, and takes tags away", async () => {
    await createUser("tagged");
    await tag("tagged", ["Team", "a"], ["__proto__", "b"], ["constructor", "c"]);
    await tag("tagged", ["team", "z"]);
    expect(await tagsOf("tagged")).toEqual([
      ["team", "z"],
      ["__proto__", "b"],
      ["constructor", "c"],
    ]);
    expect((await getUser("tagged"))?.Tags).toHaveLength(3);
    const TagKeys = ["TEAM", "absent", "__proto__"];
    await test.iam.send(new UntagUserCommand({ UserName: "tagged", TagKeys }));
    expect(await tagsOf("tagged")).toEqual([["constructor", "c"]]);
    expect(({} as Record<string, unknown>).b).toBeUndefined();
  });

  it("pages", async () => {
    await createUser("paged");
    await tag("paged", ["a", "1"], ["b", "2"], ["c", "3"]);
    const first = await test.iam.send(new ListUserTagsCommand({ UserName: "paged", MaxItems: 2 }));
    expect(first.Tags).toHaveLength(2);
    const more = { UserName: "paged", Marker: first.Marker };
    const rest = await test.iam.send(new ListUserTagsCommand(more));
    expect(rest.Tags).toEqual([{ Key: "c", Value: "3" }]);
    expect(rest.IsTruncated).toBe(false);
  });

  it("refuses more than fifty, equal keys, AWS's own prefix, and users that are not there", async () => {
    await createUser("limits");
    const fifty = Array.from({ length: 50 }, (_, index) => [`k${index}`, "v"] as const);
    await tag("limits", ...fifty);
    expect(await refusal(tag("limits", ["one-more", "v"]))).toEqual({
      code: "LimitExceeded",
      message: "Cannot exceed quota for TagsPerResource: 50",
      status: 409,
    });
    expect(await refusal(tag("limits", ["A", "1"], ["a", "2"]))).toMatchObject({
      code: "InvalidInput",
    });
    expect(await refusal(tag("limits", ["aws:x", "1"]))).toMatchObject({ code: "InvalidInput" });
    expect(await refusal(tag("nobody", ["a", "1"]))).toEqual(noUser("nobody"));
    const untag = test.iam.send(new UntagUserCommand({ UserName: "nobody", TagKeys: ["a"] }));
    expect(await refusal(untag)).toEqual(noUser("nobody"));
    expect(await refusal(tagsOf("nobody"))).toEqual(noUser("nobody"));
  });
});
