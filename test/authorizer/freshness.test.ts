import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { startEngine } from "@portcullis/local/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultyProxy } from "../support/faulty-proxy.ts";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, deny, document, ofAuthorizer, session, user } from "../support/people.ts";

/**
 * What a decision costs, counted on the wire, and that no permission is used after it was taken
 * away.
 */
describe("a decision", () => {
  let engine: Awaited<ReturnType<typeof startEngine>>;
  let proxy: Awaited<ReturnType<typeof faultyProxy>>;
  let installation: TestInstallation;
  let ana: TestCredentials;

  beforeAll(async () => {
    engine = await startEngine({ dataFile: ":memory:" });
    proxy = await faultyProxy(engine.endpoint);
    installation = await startInstallation({ dynamodbEndpoint: proxy.endpoint });
    ana = await user(installation, "ana");
  });
  afterAll(async () => {
    await installation.stop();
    proxy.stop();
    await engine.stop();
  });

  /** Status, and the calls to DynamoDB that it took. */
  async function ask(who: TestCredentials, method = "GET", path = "/whoami") {
    const before = proxy.requests.length;
    const { status } = await installation.call(who, method, path);
    const calls = ofAuthorizer(proxy.requests.slice(before)).map(
      ({ target }) => target.split(".")[1],
    );
    const line = installation.decisions.at(-1);
    expect(line?.roundTrips).toBe(calls.length);
    return { status, calls };
  }

  it("takes at most two calls in a row when all is cold, and one from then on", async () => {
    await installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "ana",
        PolicyName: "own",
        PolicyDocument: document(allow("execute-api:Invoke")),
      }),
    );
    expect((await ask(ana)).calls.length).toBeLessThanOrEqual(2);
    for (let time = 0; time < 5; time++)
      expect(await ask(ana)).toEqual({ status: 200, calls: ["BatchGetItem"] });
  });

  it("takes two after a change of what principals share, and one again from then on", async () => {
    const { iam } = installation;
    const made = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "invoke",
        PolicyDocument: document(allow("execute-api:Invoke")),
      }),
    );
    const PolicyArn = made.Policy?.Arn ?? "";
    await iam.send(new CreateGroupCommand({ GroupName: "staff" }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: "staff", PolicyArn }));
    await iam.send(new DeleteUserPolicyCommand({ UserName: "ana", PolicyName: "own" }));
    const changes: readonly [() => Promise<unknown>, status: number][] = [
      [() => iam.send(new AddUserToGroupCommand({ GroupName: "staff", UserName: "ana" })), 200],
      [
        () =>
          iam.send(
            new CreatePolicyVersionCommand({
              PolicyArn,
              PolicyDocument: document(deny("execute-api:Invoke")),
              SetAsDefault: true,
            }),
          ),
        403,
      ],
      [
        () =>
          iam.send(
            new CreatePolicyVersionCommand({
              PolicyArn,
              PolicyDocument: document(allow("execute-api:Invoke")),
              SetAsDefault: true,
            }),
          ),
        200,
      ],
      [
        () =>
          iam.send(
            new PutGroupPolicyCommand({
              GroupName: "staff",
              PolicyName: "no",
              PolicyDocument: document(deny("execute-api:Invoke")),
            }),
          ),
        403,
      ],
      [
        () =>
          iam.send(
            new PutGroupPolicyCommand({
              GroupName: "staff",
              PolicyName: "no",
              PolicyDocument: document(deny("orders:*")),
            }),
          ),
        200,
      ],
      [
        () =>
          iam.send(
            new PutUserPermissionsBoundaryCommand({
              UserName: "ana",
              PermissionsBoundary: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
            }),
          ),
        403,
      ],
      [
        () =>
          iam.send(
            new PutUserPermissionsBoundaryCommand({
              UserName: "ana",
              PermissionsBoundary: PolicyArn,
            }),
          ),
        200,
      ],
      [
        () => iam.send(new RemoveUserFromGroupCommand({ GroupName: "staff", UserName: "ana" })),
        403,
      ],
    ];
    for (const [change, status] of changes) {
      await change();
      const first = await ask(ana);
      expect(first.status).toBe(status);
      expect(first.calls.length).toBeLessThanOrEqual(2);
      expect(await ask(ana)).toEqual({ status, calls: ["BatchGetItem"] });
    }
  });

  it("takes one for a role session too, and reads nothing more for a caller who proves nothing", async () => {
    const bob = await user(installation, "bob", allow("sts:AssumeRole"));
    const temporary = await session(installation, "clerk", bob, allow("execute-api:Invoke"));
    expect((await ask(temporary)).status).toBe(200);
    expect(await ask(temporary)).toEqual({ status: 200, calls: ["BatchGetItem"] });
    const forged = { ...temporary, secretAccessKey: "guessed" };
    expect(await ask(forged)).toEqual({ status: 401, calls: ["BatchGetItem"] });
    const unknown = { ...bob, accessKeyId: "AKIAIOSFODNN7EXAMPLE" };
    expect(await ask(unknown)).toEqual({ status: 401, calls: ["BatchGetItem"] });
  });

  it("is never stale: 200 changes of permissions, each felt by the next request", async () => {
    const { iam } = installation;
    const carl = await user(installation, "carl");
    const made = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "carl",
        PolicyDocument: document(allow("execute-api:Invoke")),
      }),
    );
    const input = { UserName: "carl", PolicyArn: made.Policy?.Arn };
    const statuses: number[] = [];
    for (let time = 0; time < 100; time++) {
      await iam.send(new AttachUserPolicyCommand(input));
      statuses.push((await installation.call(carl, "GET", "/whoami")).status);
      await iam.send(new DetachUserPolicyCommand(input));
      statuses.push((await installation.call(carl, "GET", "/whoami")).status);
    }
    expect(statuses).toEqual(Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 200 : 403)));
  }, 60_000);

  it("is never stale while many ask at once: what was acknowledged before a request counts in it", async () => {
    const { iam } = installation;
    const erik = await user(installation, "erik");
    const group = { GroupName: "many" };
    await iam.send(new CreateGroupCommand(group));
    await iam.send(new AddUserToGroupCommand({ ...group, UserName: "erik" }));
    const set = (...statements: object[]) =>
      iam.send(
        new PutGroupPolicyCommand({
          ...group,
          PolicyName: "own",
          PolicyDocument: document(...statements),
        }),
      );
    // What holds, and since which change; undefined while a change is under way.
    let holds: { readonly status: number } | undefined;
    let done = false;
    const seen: [asked: number, answered: number][] = [];
    const reader = async () => {
      while (!done) {
        const before = holds;
        const { status } = await installation.call(erik, "GET", "/whoami");
        if (before !== undefined && before === holds) seen.push([before.status, status]);
      }
    };
    const readers = Array.from({ length: 3 }, reader);
    for (let time = 0; time < 12; time++) {
      holds = undefined;
      const effect = time % 2 === 0 ? allow : deny;
      await set(effect("execute-api:Invoke"));
      holds = { status: effect === allow ? 200 : 403 };
      const enough = seen.length + 4;
      while (seen.length < enough) await new Promise((wait) => setTimeout(wait, 2));
    }
    done = true;
    await Promise.all(readers);
    expect(seen.filter(([asked, answered]) => asked !== answered)).toEqual([]);
  });

  it("says how near a denied request came", async () => {
    const dora = await user(installation, "dora", {
      ...allow("orders:ListOrders"),
      Sid: "FromTheOffice",
      Condition: {
        IpAddress: { "aws:SourceIp": "192.0.2.0/24" },
        Bool: { "aws:MultiFactorAuthPresent": "true" },
      },
    });
    expect((await ask(dora, "GET", "/orders")).status).toBe(403);
    expect(installation.decisions.at(-1)).toMatchObject({
      outcome: "implicitDeny",
      principal: `arn:aws:iam::${installation.account}:user/dora`,
      action: "orders:ListOrders",
      reason: "no identity-based policy allows it",
      nearMisses: ["own#FromTheOffice: IpAddress aws:SourceIp, Bool aws:MultiFactorAuthPresent"],
      missingContext: ["aws:multifactorauthpresent"],
      api: "orders",
      statements: [],
    });
  });
});
