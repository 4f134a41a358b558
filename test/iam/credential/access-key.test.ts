import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { accountOfAccessKeyId } from "@portcullis/iam/access-key-id";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessDenied, limitExceeded, noSuchEntity } from "../../support/expected.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const createUser = (UserName: string) => test.iam.send(new CreateUserCommand({ UserName }));
const createKey = async (UserName?: string, iam = test.iam) =>
  (await iam.send(new CreateAccessKeyCommand(UserName === undefined ? {} : { UserName })))
    .AccessKey;
const keysOf = async (UserName?: string, iam = test.iam) => {
  const answer = await iam.send(
    new ListAccessKeysCommand(UserName === undefined ? {} : { UserName }),
  );
  return answer.AccessKeyMetadata ?? [];
};
const deleteKey = (UserName: string, AccessKeyId: string | undefined) =>
  test.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));

describe("access keys of users", () => {
  it("shows a key once, and never its secret again", async () => {
    await createUser("ana");
    const key = await createKey("ana");
    expect(key).toEqual({
      UserName: "ana",
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      Status: "Active",
      SecretAccessKey: expect.stringMatching(/^[\w+/]{40}$/),
      CreateDate: expect.any(Date),
    });
    expect(accountOfAccessKeyId(key?.AccessKeyId ?? "")).toBe(test.account);
    expect(await keysOf("ana")).toEqual([
      {
        UserName: "ana",
        AccessKeyId: key?.AccessKeyId,
        Status: "Active",
        CreateDate: key?.CreateDate,
      },
    ]);
  });

  it("is limited to two, also for ten concurrent requests", async () => {
    await createUser("greedy");
    const sent = await Promise.allSettled(Array.from({ length: 10 }, () => createKey("greedy")));
    expect(sent.filter((one) => one.status === "fulfilled")).toHaveLength(2);
    expect(await keysOf("greedy")).toHaveLength(2);
    expect(await refusal(createKey("greedy"))).toEqual(
      limitExceeded("Cannot exceed quota for AccessKeysPerUser: 2"),
    );
    const { AccessKeyMetadata, IsTruncated, Marker } = await test.iam.send(
      new ListAccessKeysCommand({ UserName: "greedy", MaxItems: 1 }),
    );
    expect(AccessKeyMetadata).toHaveLength(1);
    expect(IsTruncated).toBe(true);
    const rest = await test.iam.send(new ListAccessKeysCommand({ UserName: "greedy", Marker }));
    expect(rest.AccessKeyMetadata).toHaveLength(1);
    expect(rest.AccessKeyMetadata?.[0]?.AccessKeyId).not.toBe(AccessKeyMetadata?.[0]?.AccessKeyId);
  });

  it("works on the caller's own keys when no user is named", async () => {
    await createUser("self");
    const own = await createKey("self");
    const iam = test.iamAs(credentialsOf(own));
    const arn = `arn:aws:iam::${test.account}:user/self`;
    const PolicyDocument = policy("Allow", ["iam:*AccessKey*", "iam:GetUser"], arn);
    await test.iam.send(
      new PutUserPolicyCommand({ UserName: "self", PolicyName: "own", PolicyDocument }),
    );
    const second = await createKey(undefined, iam);
    expect(second?.UserName).toBe("self");
    expect((await keysOf(undefined, iam)).map((key) => key.AccessKeyId)).toEqual([
      own?.AccessKeyId,
      second?.AccessKeyId,
    ]);
    // CVE-2022-24842: permission on one's own user is none on another, nor on the root user.
    const denied = (user: string, action: string) =>
      accessDenied(
        `User: ${arn} is not authorized to perform: iam:${action} on resource: user ${user} because no identity-based policy allows the iam:${action} action`,
      );
    expect(await refusal(createKey("greedy", iam))).toEqual(denied("greedy", "CreateAccessKey"));
    expect(await refusal(keysOf("root", iam))).toEqual(denied("root", "ListAccessKeys"));
  });

  it("deactivates, activates and deletes; each is felt by the next request", async () => {
    await createUser("switched");
    const key = await createKey("switched");
    const identity = () => test.stsAs(credentialsOf(key)).send(new GetCallerIdentityCommand({}));
    const update = (Status: "Active" | "Inactive") =>
      test.iam.send(
        new UpdateAccessKeyCommand({ UserName: "switched", AccessKeyId: key?.AccessKeyId, Status }),
      );
    await identity();
    await update("Inactive");
    await expect(identity()).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    expect(await keysOf("switched")).toMatchObject([{ Status: "Inactive" }]);
    await update("Active");
    await identity();
    await deleteKey("switched", key?.AccessKeyId);
    await expect(identity()).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    expect(await keysOf("switched")).toEqual([]);
  });

  it("names the user or key that is missing", async () => {
    await createUser("first");
    await createUser("second");
    const key = await createKey("first");
    const id = key?.AccessKeyId;
    const noUser = noSuchEntity("The user with name nobody cannot be found.");
    const noKey = noSuchEntity(`The Access Key with id ${id} cannot be found.`);
    const update = (UserName: string, Status: "Active" | "Expired" = "Active") =>
      test.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: id, Status }));
    expect(await refusal(createKey("nobody"))).toEqual(noUser);
    expect(await refusal(keysOf("nobody"))).toEqual(noUser);
    expect(await refusal(deleteKey("nobody", id))).toEqual(noUser);
    expect(await refusal(update("nobody"))).toEqual(noUser);
    expect(await refusal(deleteKey("second", id))).toEqual(noKey);
    expect(await refusal(update("second"))).toEqual(noKey);
    expect(await refusal(update("first", "Expired"))).toMatchObject({ code: "ValidationError" });
  });

  it("tells when a key was last used: never, or not at all for one that is not there", async () => {
    await createUser("unused");
    const key = await createKey("unused");
    const lastUsed = (AccessKeyId: string | undefined) =>
      test.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    const answer = await lastUsed(key?.AccessKeyId);
    expect(answer.UserName).toBe("unused");
    expect(answer.AccessKeyLastUsed).toEqual({ ServiceName: "N/A", Region: "N/A" });
    expect(await refusal(lastUsed("AKIAIOSFODNN7EXAMPLE"))).toEqual(
      noSuchEntity("The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found."),
    );
    const iam = test.iamAs(credentialsOf(key));
    const denied = iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key?.AccessKeyId }));
    expect((await refusal(denied)).message).toContain(
      `on resource: access key ${key?.AccessKeyId} because`,
    );
  });
});

describe("access keys of the root user", () => {
  it("keeps two at most, which may do everything until they are deleted", async () => {
    const key = await createKey();
    expect(key?.UserName).toBeUndefined();
    const iam = test.iamAs(credentialsOf(key));
    const { User } = await iam.send(new GetUserCommand({}));
    expect(User?.Arn).toBe(`arn:aws:iam::${test.account}:root`);
    await iam.send(new ListUsersCommand({}));
    expect((await keysOf()).map((one) => one.AccessKeyId)).toEqual([
      test.root.accessKeyId,
      key?.AccessKeyId,
    ]);
    expect(await refusal(createKey())).toEqual(
      limitExceeded("Cannot exceed quota for AccessKeysPerUser: 2"),
    );
    const AccessKeyId = key?.AccessKeyId;
    await test.iam.send(new UpdateAccessKeyCommand({ AccessKeyId, Status: "Inactive" }));
    await expect(iam.send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
    await test.iam.send(new DeleteAccessKeyCommand({ AccessKeyId }));
    expect(await keysOf()).toHaveLength(1);
    const lastUsed = await test.iam.send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: test.root.accessKeyId }),
    );
    expect(lastUsed.UserName).toBeUndefined();
  });
});
