import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as sdk from "@aws-sdk/client-iam";
import { type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { atomically } from "@portcullis/iam/unit-of-work";
import { dynamoStore } from "@portcullis/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { withHeader } from "../../support/with-header.ts";

let test: TestInstallation;
let iam: sdk.IAMClient;
beforeAll(async () => {
  test = await startInstallation();
  ({ iam } = test);
});
afterAll(() => test.stop());

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { AWS: "100000000000" }, Action: "sts:AssumeRole" },
});

interface Listing {
  readonly PathPrefix?: string;
  readonly MaxItems?: number;
  readonly Marker?: string | undefined;
}

interface Page {
  readonly names: readonly (string | undefined)[];
  readonly IsTruncated: boolean | undefined;
  readonly Marker: string | undefined;
}

/** The lists that are in order of name, and how their entities are made, moved and deleted. */
interface Kind {
  readonly make: (name: string, path: string) => Promise<unknown>;
  readonly list: (client: sdk.IAMClient, input: Listing) => Promise<Page>;
  readonly remove: (name: string) => Promise<unknown>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  ListUsers: {
    make: (UserName, Path) => iam.send(new sdk.CreateUserCommand({ UserName, Path })),
    async list(client, input) {
      const {
        Users = [],
        IsTruncated,
        Marker,
      } = await client.send(new sdk.ListUsersCommand(input));
      return { names: Users.map(({ UserName }) => UserName), IsTruncated, Marker };
    },
    remove: (UserName) => iam.send(new sdk.DeleteUserCommand({ UserName })),
  },
  ListGroups: {
    make: (GroupName, Path) => iam.send(new sdk.CreateGroupCommand({ GroupName, Path })),
    async list(client, input) {
      const { Groups = [], ...rest } = await client.send(new sdk.ListGroupsCommand(input));
      const { IsTruncated, Marker } = rest;
      return { names: Groups.map(({ GroupName }) => GroupName), IsTruncated, Marker };
    },
    remove: (GroupName) => iam.send(new sdk.DeleteGroupCommand({ GroupName })),
  },
  ListRoles: {
    make: (RoleName, Path) =>
      iam.send(new sdk.CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: TRUST })),
    async list(client, input) {
      const {
        Roles = [],
        IsTruncated,
        Marker,
      } = await client.send(new sdk.ListRolesCommand(input));
      return { names: Roles.map(({ RoleName }) => RoleName), IsTruncated, Marker };
    },
    remove: (RoleName) => iam.send(new sdk.DeleteRoleCommand({ RoleName })),
  },
};

async function all(kind: Kind, client: sdk.IAMClient, input: Listing = {}) {
  const names: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const page = await kind.list(client, { ...input, Marker });
    names.push(...page.names);
    Marker = page.Marker;
    expect(page.IsTruncated).toBe(Marker !== undefined);
  } while (Marker !== undefined);
  return names;
}

describe.each(Object.entries(KINDS))("%s", (_, kind) => {
  beforeAll(async () => {
    for (const [name, path] of [
      ["delta", "/"],
      ["Bravo", "/z/"],
      ["alpha", "/z/y/"],
      ["charlie", "/a/"],
      ["alpine", "/a/"],
      ["Zulu", "/"],
    ] as const)
      await kind.make(name, path);
  });

  const EVERY = ["alpha", "alpine", "Bravo", "charlie", "delta", "Zulu"];
  const prefixed = (prefix: string) =>
    withHeader(test.iamAs(test.root), "x-portcullis-name-prefix", prefix);

  it("is in order of name without regard to case and path, over pages of any size", async () => {
    expect(await all(kind, iam)).toEqual(EVERY);
    expect(await all(kind, iam, { PathPrefix: "/" })).toEqual(EVERY);
    for (const MaxItems of [1, 2, 5]) expect(await all(kind, iam, { MaxItems })).toEqual(EVERY);
  });

  it("holds what is under a path, in an order that stays", async () => {
    const under = await all(kind, iam, { PathPrefix: "/z/" });
    expect([...under].sort()).toEqual(["Bravo", "alpha"]);
    expect(await all(kind, iam, { PathPrefix: "/z/", MaxItems: 1 })).toEqual(under);
  });

  it("is narrowed by the beginning of a name in a header", async () => {
    expect(await all(kind, prefixed("al"))).toEqual(["alpha", "alpine"]);
    expect(await all(kind, prefixed("AL"), { MaxItems: 1 })).toEqual(["alpha", "alpine"]);
    expect(await all(kind, prefixed("b"))).toEqual(["Bravo"]);
    expect(await all(kind, prefixed("none"))).toEqual([]);
    expect(await all(kind, prefixed("al"), { PathPrefix: "/a/" })).toEqual(["alpine"]);
    expect(await all(kind, prefixed("al"), { PathPrefix: "/z/", MaxItems: 1 })).toEqual(["alpha"]);
    expect(await refusal(kind.list(prefixed("a/b"), {}))).toEqual({
      code: "ValidationError",
      status: 400,
      message:
        "1 validation error detected: Value at 'namePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{1,128}",
    });
  });

  it("a marker continues the list that answered it, and no other", async () => {
    const { Marker } = await kind.list(prefixed("al"), { MaxItems: 1 });
    expect(await refusal(kind.list(iam, { Marker }))).toMatchObject({ code: "ValidationError" });
  });

  it("forgets what was deleted", async () => {
    await kind.remove("Bravo");
    expect(await all(kind, iam)).toEqual(EVERY.filter((name) => name !== "Bravo"));
    expect(await all(kind, prefixed("b"))).toEqual([]);
    expect(await all(kind, iam, { PathPrefix: "/z/" })).toEqual(["alpha"]);
  });
});

describe("an account of version 0.1.0", () => {
  it("is listed by path, since its older entities have no entry by name", async () => {
    const store = dynamoStore({
      tableName: "portcullis",
      client: new DynamoDBClient({
        endpoint: test.local.dynamodbEndpoint,
        region: "us-east-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      }),
    });
    const key = accountKey(test.account);
    const change = (changed: (record: AccountRecord) => AccountRecord) =>
      atomically(store, async (unit) => {
        const record = await unit.get(key);
        if (record === undefined) throw new Error("there is no account record");
        unit.put(key, changed(record));
      });
    await change(({ listsByName: _, ...record }) => record);
    const { ListUsers: kind } = KINDS;
    if (kind === undefined) throw new Error("there is no such kind");
    const byPath = ["delta", "Zulu", "alpine", "charlie", "alpha"];
    expect(await all(kind, iam)).toEqual(byPath);
    expect(await all(kind, iam, { MaxItems: 2 })).toEqual(byPath);
    const narrowed = withHeader(test.iamAs(test.root), "x-portcullis-name-prefix", "AL");
    expect(await all(kind, narrowed, { MaxItems: 1 })).toEqual(["alpine", "alpha"]);
    await change((record) => ({ ...record, listsByName: true }));
    expect((await all(kind, iam))[0]).toBe("alpha");
  });
});

describe("a new name or path", () => {
  it("moves a renamed user and group to their new position", async () => {
    await iam.send(new sdk.UpdateUserCommand({ UserName: "delta", NewUserName: "Aaron" }));
    await iam.send(new sdk.UpdateUserCommand({ UserName: "Zulu", NewUserName: "ZULU" }));
    await iam.send(new sdk.UpdateUserCommand({ UserName: "alpha", NewPath: "/new/" }));
    await iam.send(new sdk.UpdateGroupCommand({ GroupName: "delta", NewGroupName: "Aaron" }));
    const { ListUsers, ListGroups } = KINDS as Required<typeof KINDS>;
    expect(await all(ListUsers as Kind, iam)).toEqual([
      "Aaron",
      "alpha",
      "alpine",
      "charlie",
      "ZULU",
    ]);
    expect(await all(ListUsers as Kind, iam, { PathPrefix: "/new/" })).toEqual(["alpha"]);
    expect((await all(ListGroups as Kind, iam))[0]).toBe("Aaron");
  });
});

describe("ListPolicies", () => {
  it("is narrowed by the beginning of a name, AWS's own policies too", async () => {
    for (const PolicyName of ["AdminTools", "other"])
      await iam.send(
        new sdk.CreatePolicyCommand({ PolicyName, PolicyDocument: policy("Allow", "*") }),
      );
    const client = withHeader(test.iamAs(test.root), "x-portcullis-name-prefix", "admin");
    const { Policies = [] } = await client.send(new sdk.ListPoliciesCommand({ MaxItems: 1000 }));
    const names = Policies.map(({ PolicyName }) => PolicyName ?? "");
    expect(names).toContain("AdminTools");
    expect(names).toContain("AdministratorAccess");
    expect(names.filter((name) => !name.toLowerCase().startsWith("admin"))).toEqual([]);
  });
});
