import { beforeAll, describe, expect, test } from "vitest";
import {
  type Deployment,
  deployments,
  Refusal,
  ROOT_KEY,
  resource,
  type Stage,
} from "./deployment.ts";
import type { Existing, ExistingTable } from "./synth/cloud.ts";

const TABLE = "portcullis-production-identity";
const tags = (app: string, stage: string) => ({ "portcullis:app": app, "portcullis:stage": stage });
const OURS: ExistingTable = { tags: tags("portcullis", "production") };
const PRODUCTION: Stage = { stage: "production", secrets: ROOT_KEY };
/** An app that names a restored table. */
const RESTORED: Stage = { ...PRODUCTION, folder: "test/stacks/restored" };
const LEFT = `the table \`${TABLE}\` is there already, left by a stage that was removed: a deployment would orphan what it holds, so delete it first or choose another stage`;

/** The stage as it is once it has been deployed. */
const deployed = (table: ExistingTable): Existing => ({
  tables: { [TABLE]: table },
  functions: ["portcullis-production-setup"],
});

describe("a deployment is refused, before anything is touched,", () => {
  const refusals: Record<string, readonly [Stage, string]> = {
    "of production without a root key": [
      { stage: "production" },
      "the stage `production` has no root key: `sst secret set RootAccessKeyId <value> --stage production` and `sst secret set RootSecretAccessKey <value> --stage production` first",
    ],
    "of a tenant's own installation, which is kept as production is, without a root key": [
      { stage: "silo-acme" },
      "the stage `silo-acme` has no root key: `sst secret set RootAccessKeyId <value> --stage silo-acme` and `sst secret set RootSecretAccessKey <value> --stage silo-acme` first",
    ],
    "of a stage that would let through denials, unless it is named": [
      {
        ...PRODUCTION,
        variables: { PORTCULLIS_OBSERVE: "on", PORTCULLIS_OBSERVE_STAGES: "alice, staging" },
      },
      "the stage production would let through what Portcullis denies: set PORTCULLIS_OBSERVE_STAGES=production to observe it, or leave out `observe`",
    ],
    "with half a root key": [
      { stage: "alice", secrets: { RootAccessKeyId: ROOT_KEY.RootAccessKeyId } },
      "the stage `alice` has no root key: `sst secret set RootSecretAccessKey <value> --stage alice` first",
    ],
    "with a secret that could be guessed": [
      { stage: "production", secrets: { ...ROOT_KEY, RootSecretAccessKey: "hunter2" } },
      "the secret `RootSecretAccessKey` is too short: 32 characters at least",
    ],
    "with a password that could be guessed": [
      { ...PRODUCTION, secrets: { ...ROOT_KEY, RootPassword: "hunter2" } },
      "the secret `RootPassword` is too short: 16 characters at least",
    ],
    "with a password that no sign-in takes": [
      { ...PRODUCTION, secrets: { ...ROOT_KEY, RootPassword: "x".repeat(129) } },
      "the secret `RootPassword` is too long: 128 characters at most",
    ],
    "to a stage whose name AWS would cut": [
      { stage: "someone-with-a-long-name" },
      "the names of the app and the stage are too long together: `portcullis-someone-with-a-long-name` has 35 characters, and AWS leaves room for 32",
    ],
    "of a stage whose names another app's stage has": [
      {
        stage: "silo-acme",
        secrets: ROOT_KEY,
        existing: {
          tables: { "portcullis-silo-acme-identity": { tags: tags("portcullis-silo", "acme") } },
          functions: ["portcullis-silo-acme-setup"],
        },
      },
      "the stage `silo-acme` of `portcullis` would take the names of the stage `acme` of `portcullis-silo`, which both begin with `portcullis-silo-acme`: choose another stage",
    ],
    "over the table that a removed stage left, with what it holds": [
      {
        ...PRODUCTION,
        existing: { tables: { [TABLE]: { ...OURS, managementAccount: "100000000000" } } },
      },
      LEFT,
    ],
    "over a table of that name that is not ours": [
      { ...PRODUCTION, existing: { tables: { [TABLE]: {} } } },
      LEFT,
    ],
    "in place of a table that was deleted": [
      { ...PRODUCTION, existing: { functions: ["portcullis-production-setup"] } },
      `the table \`${TABLE}\` is gone, and a new one in its place would be empty: restore it from its backup first (docs/operate.md, "Back up and restore")`,
    ],
    "with another management account than the table's": [
      { ...PRODUCTION, existing: deployed({ ...OURS, managementAccount: "222222222222" }) },
      `the table \`${TABLE}\` holds the installation of the management account 222222222222, and can't hold a second one, of 100000000000`,
    ],
    "on a table that never came back from its backup": [
      { ...RESTORED, existing: deployed({ ...OURS, managementAccount: "100000000000" }) },
      `the table \`${TABLE}-restored\` is gone, and a new one in its place would be empty: restore it from its backup first (docs/operate.md, "Back up and restore")`,
    ],
    "on a backup of another management account's table": [
      {
        ...RESTORED,
        existing: {
          ...deployed(OURS),
          tables: { [TABLE]: OURS, [`${TABLE}-restored`]: { managementAccount: "222222222222" } },
        },
      },
      `the table \`${TABLE}-restored\` holds the installation of the management account 222222222222, and can't hold a second one, of 100000000000`,
    ],
  };

  let made: readonly (Deployment | Refusal)[];
  beforeAll(async () => {
    made = await deployments(Object.values(refusals).map(([stage]) => stage));
  });

  test.each(Object.entries(refusals).map(([name, [, sentence]], at) => ({ name, sentence, at })))(
    "$name",
    ({ sentence, at }) => {
      expect(made[at]).toEqual(new Refusal(sentence, []));
    },
  );
});

describe("a deployment goes on", () => {
  const goes: Record<string, readonly [Stage, string]> = {
    "over an installation of its own": [
      { ...PRODUCTION, existing: deployed({ ...OURS, managementAccount: "100000000000" }) },
      TABLE,
    ],
    "after a first one that failed before anything was in the table": [
      { ...PRODUCTION, existing: { tables: { [TABLE]: OURS } } },
      TABLE,
    ],
    "with a restored table of the same management account": [
      {
        ...RESTORED,
        existing: {
          ...deployed(OURS),
          tables: { [TABLE]: OURS, [`${TABLE}-restored`]: { managementAccount: "100000000000" } },
        },
      },
      `${TABLE}-restored`,
    ],
    "where a stage that is thrown away has lost its table": [
      { stage: "alice", existing: { functions: ["portcullis-alice-setup"] } },
      "portcullis-alice-identity",
    ],
  };

  let made: readonly (Deployment | Refusal)[];
  beforeAll(async () => {
    made = await deployments(Object.values(goes).map(([stage]) => stage));
  });

  test.each(Object.entries(goes).map(([name, [stage, table]], at) => ({ name, stage, table, at })))(
    "$name",
    ({ stage, table, at }) => {
      const found = made[at];
      if (found === undefined || found instanceof Refusal) throw found;
      const { inputs } = resource(found, "aws:dynamodb/table:Table", "IdentityTableTable");
      expect(inputs.tags).toEqual(tags("portcullis", stage.stage));
      expect(found.outputs.table).toBe(table);
    },
  );
});
