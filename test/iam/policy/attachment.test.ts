import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  invalidInput,
  limitExceeded,
  noSuchEntity,
  validationError,
} from "../../support/expected.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
});
afterAll(() => installation?.stop());

const READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const arnOf = (name: string) => `arn:aws:iam::${account}:policy/${name}`;

async function makePolicy(
  PolicyName: string,
  PolicyDocument = policy("Allow", "iam:ListRoles"),
  Path?: string,
): Promise<string> {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName,
      PolicyDocument,
      ...(Path === undefined ? {} : { Path }),
    }),
  );
  return Policy?.Arn ?? "";
}
const usage = async (PolicyArn: string) => {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  return [Policy?.AttachmentCount, Policy?.PermissionsBoundaryUsageCount];
};
/** The three kinds of holder, each with its commands; tests below run for all. */
const HOLDERS = {
  user: {
    quota: "PoliciesPerUser",
    make: (UserName: string) => iam.send(new CreateUserCommand({ UserName, Path: "/holders/" })),
    attach: (UserName: string, PolicyArn: string) =>
      iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
    detach: (UserName: string, PolicyArn: string) =>
      iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
    list: (UserName: string, page: object = {}) =>
      iam.send(new ListAttachedUserPoliciesCommand({ UserName, ...page })),
  },
  group: {
    quota: "PoliciesPerGroup",
    make: (GroupName: string) => iam.send(new CreateGroupCommand({ GroupName, Path: "/holders/" })),
    attach: (GroupName: string, PolicyArn: string) =>
      iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn })),
    detach: (GroupName: string, PolicyArn: string) =>
      iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })),
    list: (GroupName: string, page: object = {}) =>
      iam.send(new ListAttachedGroupPoliciesCommand({ GroupName, ...page })),
  },
  role: {
    quota: "PoliciesPerRole",
    make: (RoleName: string) =>
      iam.send(
        new CreateRoleCommand({
          RoleName,
          Path: "/holders/",
          AssumeRolePolicyDocument: roleTrust(account),
        }),
      ),
    attach: (RoleName: string, PolicyArn: string) =>
      iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
    detach: (RoleName: string, PolicyArn: string) =>
      iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
    list: (RoleName: string, page: object = {}) =>
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName, ...page })),
  },
} as const;
const kinds = ["user", "group", "role"] as const;

describe.each(kinds)("policies attached to a %s", (kind) => {
  const { quota, make, attach, detach, list } = HOLDERS[kind];

  test("are listed in the order of attaching, and counted where they are used", async () => {
    const own = await makePolicy(`${kind}-own`, undefined, "/p/");
    await make(`${kind}-1`);
    await attach(`${kind}-1`, own);
    await attach(`${kind}-1`, READ_ONLY);
    await attach(`${kind}-1`, own);
    const all = [
      { PolicyName: `${kind}-own`, PolicyArn: own },
      { PolicyName: "IAMReadOnlyAccess", PolicyArn: READ_ONLY },
    ];
    expect(await list(`${kind}-1`)).toMatchObject({ AttachedPolicies: all, IsTruncated: false });
    expect((await list(`${kind}-1`, { PathPrefix: "/p/" })).AttachedPolicies).toEqual([all[0]]);
    const first = await list(`${kind}-1`, { MaxItems: 1 });
    expect(first).toMatchObject({ AttachedPolicies: [all[0]], IsTruncated: true });
    expect((await list(`${kind}-1`, { Marker: first.Marker })).AttachedPolicies).toEqual([all[1]]);
    expect(await usage(own)).toEqual([1, 0]);
    await detach(`${kind}-1`, own);
    expect(await usage(own)).toEqual([0, 0]);
    expect((await list(`${kind}-1`)).AttachedPolicies).toEqual([all[1]]);
  });

  test("must exist, be policies, and be attached before they are detached", async () => {
    await make(`${kind}-2`);
    const none = arnOf("none");
    const stranger = "arn:aws:iam::222222222222:policy/theirs";
    for (const arn of [none, stranger, "arn:aws:iam::aws:policy/Nothing"]) {
      expect(await refusal(attach(`${kind}-2`, arn))).toEqual(
        noSuchEntity(`Policy ${arn} does not exist or is not attachable.`),
      );
      expect(await refusal(detach(`${kind}-2`, arn))).toEqual(
        noSuchEntity(`Policy ${arn} was not found.`),
      );
    }
    expect(await refusal(detach(`${kind}-2`, READ_ONLY))).toEqual(
      noSuchEntity(`Policy ${READ_ONLY} was not found.`),
    );
    for (const change of [attach, detach]) {
      expect(await refusal(change(`${kind}-2`, "AdministratorAccess12345"))).toEqual(
        validationError("Invalid ARN:  Could not be parsed!"),
      );
      const role = `arn:aws:iam::${account}:role/somebody`;
      expect(await refusal(change(`${kind}-2`, role))).toEqual(
        invalidInput(`ARN ${role} is not valid.`),
      );
      expect(await refusal(change("nobody", READ_ONLY))).toEqual(
        noSuchEntity(`The ${kind} with name nobody cannot be found.`),
      );
    }
    expect(await refusal(list("nobody"))).toEqual(
      noSuchEntity(`The ${kind} with name nobody cannot be found.`),
    );
    const service = "arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy";
    expect(await refusal(attach(`${kind}-2`, service))).toMatchObject({
      code: "PolicyNotAttachable",
      status: 400,
    });
  });

  test("are ten at most, also when they are attached all at once", async () => {
    await make(`${kind}-3`);
    const arns = await Promise.all(
      Array.from({ length: 12 }, (_, index) => makePolicy(`${kind}-many-${index}`)),
    );
    const attempts = await Promise.allSettled(arns.map((arn) => attach(`${kind}-3`, arn)));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const kept = (await list(`${kind}-3`)).AttachedPolicies ?? [];
    expect(kept).toHaveLength(10);
    const refused = arns.find((arn) => !kept.some(({ PolicyArn }) => PolicyArn === arn)) ?? "";
    expect(await refusal(attach(`${kind}-3`, refused))).toEqual(
      limitExceeded(`Cannot exceed quota for ${quota}: 10`),
    );
    expect(await usage(refused)).toEqual([0, 0]);
    await Promise.all(kept.slice(1).map(({ PolicyArn }) => detach(`${kind}-3`, PolicyArn ?? "")));
    expect((await list(`${kind}-3`)).AttachedPolicies).toEqual([kept[0]]);
  });
});

describe("ListEntitiesForPolicy", () => {
  test("names everyone who uses a policy once, by use, kind and path", async () => {
    const arn = await makePolicy("everywhere");
    for (const kind of kinds) {
      await HOLDERS[kind].make(`${kind}-4`);
      await HOLDERS[kind].attach(`${kind}-4`, arn);
    }
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: "user-4", PermissionsBoundary: arn }),
    );
    await iam.send(new CreateUserCommand({ UserName: "bounded-4", PermissionsBoundary: arn }));
    const entities = async (input: object = {}) => {
      const answer = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: arn, ...input }));
      const { PolicyUsers = [], PolicyGroups = [], PolicyRoles = [] } = answer;
      for (const { UserId } of PolicyUsers) expect(UserId).toMatch(/^AIDA/);
      return [
        ...PolicyUsers.map((one) => one.UserName),
        ...PolicyGroups.map((one) => one.GroupName),
        ...PolicyRoles.map((one) => one.RoleName),
      ].sort();
    };
    expect(await usage(arn)).toEqual([3, 2]);
    expect(await entities()).toEqual(["bounded-4", "group-4", "role-4", "user-4"]);
    expect(await entities({ EntityFilter: "Group" })).toEqual(["group-4"]);
    expect(await entities({ PathPrefix: "/holders/" })).toEqual(["group-4", "role-4", "user-4"]);
    expect(await entities({ PolicyUsageFilter: "PermissionsBoundary" })).toEqual([
      "bounded-4",
      "user-4",
    ]);
    expect(await entities({ PolicyUsageFilter: "PermissionsPolicy" })).toEqual([
      "group-4",
      "role-4",
      "user-4",
    ]);
    const paged: unknown[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.send(
        new ListEntitiesForPolicyCommand({
          PolicyArn: arn,
          MaxItems: 1,
          ...(Marker ? { Marker } : {}),
        }),
      );
      paged.push(
        ...(page.PolicyUsers ?? []),
        ...(page.PolicyGroups ?? []),
        ...(page.PolicyRoles ?? []),
      );
      Marker = page.Marker;
    } while (Marker !== undefined);
    expect(paged).toHaveLength(4);

    await iam.send(
      new UpdateUserCommand({
        UserName: "user-4",
        NewUserName: "renamed-4",
        NewPath: "/elsewhere/",
      }),
    );
    expect(
      await entities({ PathPrefix: "/elsewhere/", PolicyUsageFilter: "PermissionsPolicy" }),
    ).toEqual(["renamed-4"]);
    expect(await entities({ PolicyUsageFilter: "PermissionsBoundary" })).toEqual([
      "bounded-4",
      "renamed-4",
    ]);
    await iam.send(new DeleteUserCommand({ UserName: "bounded-4" }));
    expect(await usage(arn)).toEqual([3, 1]);
  });

  test("of no policy", async () => {
    const PolicyArn = arnOf("nothing");
    expect(await refusal(iam.send(new ListEntitiesForPolicyCommand({ PolicyArn })))).toEqual(
      noSuchEntity(`Policy ${PolicyArn} was not found.`),
    );
  });
});

describe("permissions boundaries", () => {
  test("are put, replaced, shown, counted and taken away", async () => {
    const [one, two] = [await makePolicy("boundary-1"), await makePolicy("boundary-2")];
    await HOLDERS.role.make("bounded");
    await iam.send(new CreateUserCommand({ UserName: "bounded" }));
    const put = async (PermissionsBoundary: string) => {
      await iam.send(
        new PutUserPermissionsBoundaryCommand({ UserName: "bounded", PermissionsBoundary }),
      );
      await iam.send(
        new PutRolePermissionsBoundaryCommand({ RoleName: "bounded", PermissionsBoundary }),
      );
    };
    const shown = async () => [
      (await iam.send(new GetUserCommand({ UserName: "bounded" }))).User?.PermissionsBoundary,
      (await iam.send(new GetRoleCommand({ RoleName: "bounded" }))).Role?.PermissionsBoundary,
    ];
    const boundary = (PermissionsBoundaryArn: string) => ({
      PermissionsBoundaryType: "Policy",
      PermissionsBoundaryArn,
    });
    await put(one);
    await put(one);
    expect(await usage(one)).toEqual([0, 2]);
    await put(two);
    expect([await usage(one), await usage(two)]).toEqual([
      [0, 0],
      [0, 2],
    ]);
    expect(await shown()).toEqual([boundary(two), boundary(two)]);
    for (let time = 0; time < 2; time++) {
      await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: "bounded" }));
      await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: "bounded" }));
    }
    expect(await usage(two)).toEqual([0, 0]);
    expect(await shown()).toEqual([undefined, undefined]);
  });

  test("must exist, as must their holders", async () => {
    await HOLDERS.role.make("unbounded");
    await iam.send(new CreateUserCommand({ UserName: "unbounded" }));
    const none = arnOf("no-boundary");
    const noBoundary = noSuchEntity(`Scope ARN: ${none} does not exist or is not attachable.`);
    const ofUser = (UserName: string, PermissionsBoundary: string) =>
      refusal(iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary })));
    const ofRole = (RoleName: string, PermissionsBoundary: string) =>
      refusal(iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })));
    expect(await ofUser("unbounded", none)).toEqual(noBoundary);
    expect(await ofRole("unbounded", none)).toEqual(noBoundary);
    expect(
      await refusal(iam.send(new CreateUserCommand({ UserName: "x", PermissionsBoundary: none }))),
    ).toEqual(noBoundary);
    const [noUser, noRole] = ["user", "role"].map((kind) =>
      noSuchEntity(`The ${kind} with name nobody cannot be found.`),
    );
    expect(await ofUser("nobody", READ_ONLY)).toEqual(noUser);
    expect(await ofRole("nobody", READ_ONLY)).toEqual(noRole);
    expect(
      await refusal(iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: "nobody" }))),
    ).toEqual(noUser);
    expect(
      await refusal(iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: "nobody" }))),
    ).toEqual(noRole);
  });
});

describe("the very next request", () => {
  const newUser = async (UserName: string) => {
    await iam.send(new CreateUserCommand({ UserName }));
    return installation.iamAs(
      credentialsOf((await iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey),
    );
  };

  test("feels each change of a policy, of its attachments and of a group's", async () => {
    const client = await newUser("felt");
    const may = async () =>
      client.send(new GetUserCommand({})).then(
        () => true,
        () => false,
      );
    const arn = await makePolicy("felt", policy("Allow", "iam:GetUser"));
    expect(await may()).toBe(false);
    await HOLDERS.user.attach("felt", arn);
    expect(await may()).toBe(true);
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: arn,
        PolicyDocument: policy("Deny", "iam:GetUser"),
        SetAsDefault: true,
      }),
    );
    expect(await may()).toBe(false);
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId: "v1" }));
    expect(await may()).toBe(true);
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: "felt",
        PermissionsBoundary: await makePolicy("nothing-but-sts", policy("Allow", "sts:*")),
      }),
    );
    expect(await may()).toBe(false);
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: "felt" }));
    expect(await may()).toBe(true);
    await HOLDERS.user.detach("felt", arn);
    expect(await may()).toBe(false);
    await HOLDERS.group.make("felt");
    await iam.send(new AddUserToGroupCommand({ UserName: "felt", GroupName: "felt" }));
    expect(await may()).toBe(false);
    await HOLDERS.group.attach("felt", READ_ONLY);
    expect(await may()).toBe(true);
    await HOLDERS.group.detach("felt", READ_ONLY);
    expect(await may()).toBe(false);
  });

  test("delegation by condition: only this policy, only to those with that boundary", async () => {
    const client = await newUser("delegate");
    const boundary = await makePolicy("the-boundary", policy("Allow", "s3:*"));
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["iam:AttachUserPolicy", "iam:CreateUser"],
          Resource: "*",
          Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
        },
        {
          Effect: "Deny",
          Action: "iam:AttachUserPolicy",
          Resource: "*",
          Condition: { ArnEquals: { "iam:PolicyARN": ADMINISTRATOR } },
        },
      ],
    });
    await iam.send(
      new PutUserPolicyCommand({ UserName: "delegate", PolicyName: "p", PolicyDocument: document }),
    );
    const attach = (UserName: string, PolicyArn: string) =>
      client.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await client.send(new CreateUserCommand({ UserName: "theirs", PermissionsBoundary: boundary }));
    await attach("theirs", READ_ONLY);
    expect(await refusal(client.send(new CreateUserCommand({ UserName: "free" })))).toMatchObject({
      code: "AccessDenied",
    });
    expect(await refusal(attach("theirs", ADMINISTRATOR))).toMatchObject({
      code: "AccessDenied",
      message: expect.stringContaining("explicit deny"),
    });
    expect(await refusal(attach("felt", READ_ONLY))).toMatchObject({
      code: "AccessDenied",
      status: 403,
      message: `User: arn:aws:iam::${account}:user/delegate is not authorized to perform: iam:AttachUserPolicy on resource: user felt because no identity-based policy allows the iam:AttachUserPolicy action`,
    });
  });
});
