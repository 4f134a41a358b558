import * as iamSdk from "@aws-sdk/client-iam";
import {
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetAccountAuthorizationDetailsCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import * as organizationsSdk from "@aws-sdk/client-organizations";
import {
  CreatePolicyCommand as CreateGuardrailCommand,
  CreateOrganizationalUnitCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import * as stsSdk from "@aws-sdk/client-sts";
import { iamOperations } from "@portcullis/iam/operation/iam";
import { organizationsOperations } from "@portcullis/iam/operation/organizations";
import { stsOperations } from "@portcullis/iam/operation/sts";
import { recordsUsage } from "@portcullis/iam/record/partition";
import { loadService } from "@portcullis/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { policy } from "../../support/refusal.ts";
import { ADMINISTRATOR, addUser, openOrganization } from "../../support/tenant.ts";
import { randomInput, type Vocabulary } from "../random-input.ts";

/**
 * An account with users of its own, all of whose texts hold its marker: who finds that elsewhere
 * has found a leak.
 */
interface Inhabitant {
  readonly account: string;
  readonly marker: string;
  readonly admin: TestCredentials;
  /** May do what its own policy allows: everything on users named bob. */
  readonly user: TestCredentials;
  readonly accessKeyIds: readonly string[];
}

type ServiceName = "iam" | "sts" | "organizations";

const SERVICES = {
  iam: { sdk: iamSdk, table: iamOperations },
  sts: { sdk: stsSdk, table: stsOperations },
  organizations: { sdk: organizationsSdk, table: organizationsOperations },
} as const;

const OPERATIONS = Object.entries(SERVICES).flatMap(([service, { table }]) =>
  Object.keys(table).map((operation) => ({ service: service as ServiceName, operation })),
);

const READS = /^(Get(?!SessionToken|FederationToken)|List|Describe|Simulate)/;

/** What the management account may do to its members, and these tests need to stay open. */
const NOT_BY_MANAGEMENT = [
  "CloseAccount",
  "DeleteOrganization",
  "MoveAccount",
  "AttachPolicy",
  "DetachPolicy",
];

const first: Vocabulary["choose"] = (...of) => of[0] as (typeof of)[number];

const SEED = 20_260_722;

describe("accounts in one table", () => {
  let installation: TestInstallation;
  let inhabitants: readonly Inhabitant[];
  let organization: Vocabulary["organization"];
  let endpoint: string;
  /** The table as it was after the last step: nobody else is there. */
  let items: Items | undefined;
  /** Operations that were carried out at least once, by anybody. */
  const carriedOut = new Set<string>();

  beforeAll(async () => {
    installation = await startInstallation({ memberRate: { perSecond: 10_000, burst: 10_000 } });
    endpoint = installation.local.dynamodbEndpoint;
    const { open, operator } = await openOrganization(installation);
    const tenants = [await open("one"), await open("two")];
    inhabitants = await Promise.all([
      settle(installation, installation.account, operator, "managementMarker"),
      ...tenants.map(({ id, admin }, index) =>
        settle(installation, id, admin, `tenantMarker${index}`),
      ),
    ]);
    organization = await organize(installation);
  }, 120_000);
  afterAll(() => installation.stop());

  const send = async (
    { service, operation }: { readonly service: ServiceName; readonly operation: string },
    credentials: TestCredentials,
    input: object,
  ): Promise<{ readonly ok: boolean; readonly text: string }> => {
    const Command = Reflect.get(SERVICES[service].sdk, `${operation}Command`);
    const caller = clientOf(service, credentials);
    try {
      const { $metadata: _, ...output } = await Reflect.apply(caller.send, caller, [
        new Command(input),
      ]);
      carriedOut.add(operation);
      return { ok: true, text: JSON.stringify(output) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      expect(error.name, `${operation} ${JSON.stringify(input)}`).not.toBe("InternalFailure");
      return { ok: false, text: `${error.name}: ${error.message}` };
    }
  };

  const clients = new Map<string, { readonly send: (...args: never[]) => unknown }>();
  const clientOf = (service: ServiceName, credentials: TestCredentials) => {
    const make = {
      iam: installation.iamAs,
      sts: installation.stsAs,
      organizations: installation.organizationsAs,
    };
    const name = `${service} ${credentials.accessKeyId}`;
    const known = clients.get(name) ?? make[service](credentials);
    clients.set(name, known);
    return known;
  };

  /** One request, and all that must hold of it. */
  const step = async (
    what: { readonly service: ServiceName; readonly operation: string },
    by: Inhabitant,
    credentials: TestCredentials,
    words: Vocabulary,
  ): Promise<boolean> => {
    const { input: shape } = (await loadService(what.service)).operations.get(what.operation) ?? {};
    const input = randomInput(shape, what.operation, words);
    const before = items ?? (await itemsByAccount(endpoint));
    const { ok, text } = await send(what, credentials, input);
    // Who only reads changes nothing either, which the next step that may will notice.
    const after = READS.test(what.operation) ? before : await itemsByAccount(endpoint);
    items = after;
    const description = `${what.operation} by ${by.marker} with ${JSON.stringify(input)}: ${text}`;
    for (const other of inhabitants) {
      if (other === by) continue;
      expect(text, description).not.toContain(other.marker);
      const may = (key: string) => mayChange(by, other, what.service, key);
      expect(
        changed(before.get(other.account), after.get(other.account), may),
        description,
      ).toEqual([]);
    }
    return ok;
  };

  /**
   * The operator's organization writes where its members stand in it; and the management account
   * keeps everybody's alias.
   */
  const mayChange = (
    by: Inhabitant,
    other: Inhabitant,
    service: ServiceName,
    key: string,
  ): boolean => {
    if (other.account === installation.account) return key.includes("#account-alias/");
    return (
      by.account === installation.account && service === "organizations" && /#account\/\d/.test(key)
    );
  };

  const words = (by: Inhabitant, about: Inhabitant, choose: Vocabulary["choose"]): Vocabulary => ({
    choose,
    account: about.account,
    marker: by.marker,
    accessKeyIds: about.accessKeyIds,
    organization,
  });

  test("every_operation_leaves_other_accounts_as_they_are", async () => {
    const [, one, two] = inhabitants;
    if (one === undefined || two === undefined) throw new Error("there are three inhabitants");
    const ends = /^(Delete|Detach|Remove|Deactivate|Disable|Close|Untag)/;
    const beginning = OPERATIONS.filter(({ operation }) => !ends.test(operation));
    const end = OPERATIONS.filter(({ operation }) => ends.test(operation)).reverse();
    // First on what is its own, so that there is something to do; then in the very words of the
    // other account.
    for (const what of [...beginning, ...end])
      await step(what, one, one.admin, words(one, one, first));
    for (const what of [...beginning, ...end])
      await step(what, one, one.admin, words(one, two, first));
    expect(carriedOut.size).toBeGreaterThan(90);
  }, 120_000);

  test("no_account_sees_changes_or_is_changed_by_another", async () => {
    const plan = fc.array(
      fc.record({
        what: fc.constantFrom(...OPERATIONS),
        by: fc.nat({ max: 2 }),
        about: fc.nat({ max: 2 }),
        asAdmin: fc.boolean(),
        choices: fc.infiniteStream(fc.nat({ max: 999 })),
      }),
      { minLength: 30, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        for (const { what, by: actor, about, asAdmin, choices } of steps) {
          const by = inhabitants[actor];
          const other = inhabitants[about];
          if (by === undefined || other === undefined)
            throw new Error("there are three inhabitants");
          if (by.account === installation.account && NOT_BY_MANAGEMENT.includes(what.operation))
            continue;
          const choose: Vocabulary["choose"] = (...of) =>
            of[(choices.next().value ?? 0) % of.length] as (typeof of)[number];
          await step(what, by, asAdmin ? by.admin : by.user, words(by, other, choose));
        }
      }),
      // What one run leaves behind the next begins with, so there is nothing to shrink.
      { seed: SEED, numRuns: 8, endOnFailure: true },
    );
  }, 120_000);

  test("authorization_details_name_nobody_else", async () => {
    for (const by of inhabitants) {
      const iam = installation.iamAs(by.admin);
      const details = JSON.stringify(await iam.send(new GetAccountAuthorizationDetailsCommand({})));
      expect(details).toContain(by.marker);
      for (const other of inhabitants)
        if (other !== by) expect(details).not.toContain(other.marker);
    }
  });

  test("orders_are_reached_by_their_own_account_alone", async () => {
    const orders = new Map<string, string>();
    for (const by of inhabitants) {
      const body = JSON.stringify({ item: by.marker, quantity: 1 });
      const made = await installation.call(by.admin, "POST", "/orders", { body });
      expect(made.status).toBe(201);
      orders.set(by.account, made.body.orderId);
    }
    for (const by of inhabitants) {
      expect((await installation.call(by.admin, "GET", "/orders")).body.orders).toMatchObject([
        { item: by.marker },
      ]);
      for (const other of inhabitants) {
        const id = orders.get(other.account);
        const answer = await installation.call(
          by.admin,
          "GET",
          `/accounts/${other.account}/orders/${id}`,
        );
        expect(answer.status).toBe(other === by ? 200 : 403);
        if (other === by) continue;
        expect((await installation.call(by.admin, "GET", `/orders/${id}`)).status).toBe(404);
        expect((await installation.call(by.admin, "DELETE", `/orders/${id}`)).status).toBe(404);
      }
    }
  });

  test("every_item_belongs_to_an_account", async () => {
    const accounts = [...(await itemsByAccount(endpoint)).keys()];
    expect(accounts).toEqual(expect.arrayContaining(inhabitants.map(({ account }) => account)));
  });
});

/** Users, roles and policies with names that the other accounts have too. */
async function settle(
  installation: TestInstallation,
  account: string,
  admin: TestCredentials,
  marker: string,
): Promise<Inhabitant> {
  const entered = installation.iamAs(admin);
  const own = await addUser(entered, "administrator", [ADMINISTRATOR]);
  const iam = installation.iamAs(own);
  const user = await addUser(iam, "limited");
  await iam.send(
    new iamSdk.PutUserPolicyCommand({
      UserName: "limited",
      PolicyName: "limited",
      PolicyDocument: policy("Allow", "*", "arn:aws:iam::*:user/bob"),
    }),
  );
  await iam.send(new CreateUserCommand({ UserName: "bob" }));
  await iam.send(new TagUserCommand({ UserName: "bob", Tags: [{ Key: "who", Value: marker }] }));
  const key = await iam.send(new CreateAccessKeyCommand({ UserName: "bob" }));
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: marker,
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "sts:AssumeRole",
      },
    ],
  };
  await iam.send(
    new CreateRoleCommand({ RoleName: "bob", AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  await iam.send(
    new CreatePolicyCommand({
      PolicyName: "bob",
      Description: marker,
      PolicyDocument: policy("Allow", "orders:GetOrder"),
    }),
  );
  // Whoever is told this key's user is told the marker.
  const marked = await addUser(iam, marker);
  const accessKeyIds = [marked.accessKeyId, key.AccessKey?.AccessKeyId ?? ""];
  return { account, marker, admin: own, user, accessKeyIds };
}

async function organize({ organizations }: TestInstallation): Promise<Vocabulary["organization"]> {
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const rootId = Roots?.[0]?.Id ?? "";
  const unit = await organizations.send(
    new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "Shared" }),
  );
  const guardrail = await organizations.send(
    new CreateGuardrailCommand({
      Name: "bob",
      Description: "managementMarker",
      Type: "SERVICE_CONTROL_POLICY",
      Content: policy("Deny", "orders:DeleteOrder"),
    }),
  );
  return {
    rootId,
    parentIds: [unit.OrganizationalUnit?.Id ?? ""],
    policyIds: [guardrail.Policy?.PolicySummary?.Id ?? "", "p-FullAWSAccess"],
  };
}

type Items = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * All that is in the table, by account and key; when something was used is left out, which is
 * written whenever. Asked for without the SDK, which would take longer than everything else here.
 */
async function itemsByAccount(endpoint: string): Promise<Items> {
  const found = new Map<string, Map<string, string>>();
  let ExclusiveStartKey: unknown;
  do {
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.Scan",
        authorization:
          "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
        "x-amz-date": "20260101T000000Z",
      },
      body: JSON.stringify({ TableName: "portcullis", ConsistentRead: true, ExclusiveStartKey }),
    });
    const page = (await answer.json()) as Page;
    for (const item of page.Items) {
      const [, account, partition] = /^(\d{12})#(.+)$/.exec(item.pk.S) ?? [];
      if (account === undefined || partition === undefined)
        throw new Error(`an item belongs to no account: ${item.pk.S}`);
      if (recordsUsage(partition)) continue;
      const items = found.get(account) ?? new Map<string, string>();
      found.set(
        account,
        items.set(`${item.pk.S} ${item.sk.S}`, JSON.stringify(Object.entries(item).sort())),
      );
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found;
}

interface Page {
  readonly Items: readonly {
    readonly pk: { readonly S: string };
    readonly sk: { readonly S: string };
  }[];
  readonly LastEvaluatedKey?: unknown;
}

function changed(
  before: ReadonlyMap<string, string> = new Map(),
  after: ReadonlyMap<string, string> = new Map(),
  may: (key: string) => boolean,
): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key) && !may(key));
}
