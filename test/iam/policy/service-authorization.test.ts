import { readFileSync } from "node:fs";
import { PutUserPolicyCommand, TagUserCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import {
  inputFor,
  type OfferedOperation,
  OPERATIONS,
  sendAs,
} from "../../support/operation-call.ts";
import { type OperationWorld, operationWorld } from "../../support/operation-world.ts";
import { user } from "../../support/people.ts";
import { refusal } from "../../support/sts-installation.ts";

/**
 * AWS's Service Authorization Reference against live decisions. A statement that denies an action
 * by one of its condition keys, or on one of its resource types, must be heard: where the request
 * lacks the key or the resource, the deny silently does not apply.
 */
interface Reference {
  readonly resourceTypes: Readonly<
    Record<string, { readonly arn: string; readonly keys: readonly string[] }>
  >;
  readonly actions: Readonly<
    Record<
      string,
      {
        readonly resources?: Readonly<Record<string, "required" | "optional">>;
        readonly keys?: readonly string[];
      }
    >
  >;
}

const REFERENCES = Object.fromEntries(
  ["iam", "sts", "organizations", "access-analyzer"].map((service) => {
    const file = new URL(`../../vectors/service-authorization/${service}.json`, import.meta.url);
    return [service, JSON.parse(readFileSync(file, "utf8")) as Reference];
  }),
);

/** Keys that no request here can have, each with its reason; `*` stands for every action. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  "* iam:RoleTemplateARN": "role templates are not offered",
  "* organizations:TransferDirection": "transfers are not offered",
  "* organizations:TransferType": "transfers are not offered",
  "iam:EnableMFADevice iam:FIDO-FIPS-140-2-certification": "only virtual devices are offered",
  "iam:EnableMFADevice iam:FIDO-FIPS-140-3-certification": "only virtual devices are offered",
  "iam:EnableMFADevice iam:FIDO-certification": "only virtual devices are offered",
  "iam:EnableMFADevice iam:RegisterSecurityKey": "only virtual devices are offered",
  "organizations:CreateAccount aws:ResourceTag/*": "the account does not exist yet",
  "organizations:CreatePolicy aws:ResourceTag/*": "the policy does not exist yet",
  "iam:GetServiceLinkedRoleDeletionStatus aws:ResourceTag/*": "the role is deleted by then",
  "iam:GetServiceLinkedRoleDeletionStatus iam:ResourceTag/*": "the role is deleted by then",
};

/** Resources that no request here can have, each with its reason. */
const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  "iam:DeleteVirtualMFADevice sms-mfa": "AWS no longer offers devices by text message",
  "organizations:ListTagsForResource responsibilitytransfer": "transfers are not offered",
  "organizations:TagResource responsibilitytransfer": "transfers are not offered",
  "organizations:UntagResource responsibilitytransfer": "transfers are not offered",
};

/**
 * What a member is given for the action to have a resource of this type, where the sample is
 * another's.
 */
const VARIANTS: Readonly<
  Record<string, (world: OperationWorld) => Readonly<Record<string, object>>>
> = {
  "iam:GenerateServiceLastAccessedDetails": byArn("Arn"),
  "iam:ListPoliciesGrantingServiceAccess": byArn("Arn"),
  "iam:SimulatePrincipalPolicy": byArn("PolicySourceArn"),
  "iam:GetContextKeysForPrincipalPolicy": byArn("PolicySourceArn"),
  "organizations:AttachPolicy": byNode("TargetId"),
  "organizations:DetachPolicy": byNode("TargetId"),
  "organizations:CreateOrganizationalUnit": byNode("ParentId"),
  "organizations:ListAccountsForParent": byNode("ParentId"),
  "organizations:ListChildren": byNode("ParentId"),
  "organizations:ListOrganizationalUnitsForParent": byNode("ParentId"),
  "organizations:ListParents": byNode("ChildId"),
  "organizations:ListPoliciesForTarget": byNode("TargetId"),
  "organizations:ListTagsForResource": byNode("ResourceId"),
  "organizations:TagResource": byNode("ResourceId"),
  "organizations:UntagResource": byNode("ResourceId"),
};

function byArn(member: string) {
  return ({ arns }: OperationWorld) =>
    Object.fromEntries(Object.entries(arns).map(([type, arn]) => [type, { [member]: arn }]));
}

function byNode(member: string) {
  return ({ member: account, unit, rootId, policyId, resourcePolicyId }: OperationWorld) => ({
    account: { [member]: account },
    organizationalunit: { [member]: unit },
    root: { [member]: rootId },
    policy: member === "ResourceId" ? { [member]: policyId } : {},
    resourcepolicy: { [member]: resourcePolicyId },
  });
}

/** Keys that only some inputs bring. */
const INPUT_FOR_KEY: Readonly<Record<string, (world: OperationWorld) => object>> = {
  "organizations:TagResource organizations:PolicyType": ({ policyId }) => ({
    ResourceId: policyId,
  }),
  "organizations:UntagResource organizations:PolicyType": ({ policyId }) => ({
    ResourceId: policyId,
  }),
  "organizations:ListTagsForResource organizations:PolicyType": ({ policyId }) => ({
    ResourceId: policyId,
  }),
  "iam:CreateServiceSpecificCredential iam:ServiceSpecificCredentialAgeDays": () => ({
    CredentialAgeDays: 30,
  }),
};

let installation: TestInstallation;
let world: OperationWorld;
let subject: TestCredentials;
let send: ReturnType<typeof sendAs>;
beforeAll(async () => {
  installation = await startInstallation();
  world = await operationWorld(installation);
  subject = await user(installation, "caller");
  await installation.iam.send(
    new TagUserCommand({ UserName: "caller", Tags: [{ Key: "keep", Value: "yes" }] }),
  );
  send = sendAs(installation, subject);
});
afterAll(() => installation.stop());

const ALLOW = { Effect: "Allow", Action: "*", Resource: "*" };

/** What the caller is answered while its one policy holds these statements. */
async function outcome(
  operation: OfferedOperation,
  input: object,
  ...statements: readonly object[]
): Promise<string> {
  await installation.iam.send(
    new PutUserPolicyCommand({
      UserName: "caller",
      PolicyName: "own",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    }),
  );
  const { code } = await refusal(send(operation, input)).catch((error: Error) => ({
    code: error.message === "it was not refused" ? "not refused" : error.message,
  }));
  // The sentences of some refusals do not tell why; the log does.
  return installation.decisions.at(-1)?.outcome === "explicitDeny" ? "denied" : code;
}

const authorized = OPERATIONS.filter(({ access }) => access === "policies");
const actionOf = ({ service, action }: OfferedOperation) =>
  REFERENCES[service]?.actions[action.slice(action.indexOf(":") + 1)];
const typeOf = ({ service }: OfferedOperation, type: string) =>
  REFERENCES[service]?.resourceTypes[type];

/** Keys of the action and of the resource types that it always acts on. */
function keysOf(operation: OfferedOperation): readonly string[] {
  const { keys = [], resources = {} } = actionOf(operation) ?? {};
  const ofTypes = Object.entries(resources).flatMap(([type, need]) =>
    need === "required" ? (typeOf(operation, type)?.keys ?? []) : [],
  );
  return [...new Set([...keys, ...ofTypes])].filter(
    (key) => !(`${operation.action} ${key}` in WITHOUT_KEY) && !(`* ${key}` in WITHOUT_KEY),
  );
}

/** Makes something new, which has no tags yet. */
const makes = ({ name }: OfferedOperation) => /^(Create|Upload)/.test(name);

const keyCases = authorized.flatMap((operation) =>
  keysOf(operation)
    .filter((key) => !(makes(operation) && /ResourceTag/.test(key) && isOfNewThing(operation)))
    .map((key) => ({ operation, key, title: `${operation.action} by ${key}` })),
);

/** Whether the resource is what the action makes, rather than what it is made in or for. */
function isOfNewThing({ name }: OfferedOperation): boolean {
  return !/^(CreateAccessKey|CreateLoginProfile|CreateServiceSpecificCredential|CreatePolicyVersion|UploadSSHPublicKey|UploadSigningCertificate)$/.test(
    name,
  );
}

describe("a deny by a condition key is heard", () => {
  test.each(keyCases)("$title", async ({ operation, key }) => {
    const concrete = key.replace(/\*$/, "keep");
    const own = INPUT_FOR_KEY[`${operation.action} ${key}`]?.(world) ?? {};
    const input = await inputFor(operation, world, { ...own });
    const deny = {
      Effect: "Deny",
      Action: operation.action,
      Resource: "*",
      Condition: { Null: { [concrete]: "false" } },
    };
    expect(await outcome(operation, input, ALLOW, deny)).toBe("denied");
  });
});

const resourceCases = authorized.flatMap((operation) =>
  Object.keys(actionOf(operation)?.resources ?? {})
    .filter((type) => !(`${operation.action} ${type}` in WITHOUT_RESOURCE))
    .map((type) => ({ operation, type, title: `${operation.action} on ${type}` })),
);

describe("a deny on a resource type is heard", () => {
  test.each(resourceCases)("$title", async ({ operation, type }) => {
    const own = VARIANTS[operation.action]?.(world)[type] ?? {};
    const input = await inputFor(operation, world, { ...own });
    const arn = typeOf(operation, type)?.arn ?? "";
    const deny = { Effect: "Deny", Action: operation.action, Resource: arn };
    expect(await outcome(operation, input, ALLOW, deny)).toBe("denied");
  });

  test.each(authorized)("$action ($name) is in the reference", (operation) => {
    // GetMFADevice and ListPolicyTags alike: an operation that AWS does not list needs a reason
    // here.
    expect(actionOf(operation)).toBeDefined();
  });
});

describe("a key of one resource", () => {
  test.each(
    authorized
      .filter(({ action }) => action in VARIANTS)
      .flatMap((operation) =>
        Object.entries(actionOf(operation)?.resources ?? {})
          .filter(([type]) => typeOf(operation, type)?.keys.includes("aws:ResourceTag/*"))
          .filter(([type]) => !(`${operation.action} ${type}` in WITHOUT_RESOURCE))
          .map(([type]) => ({ operation, type, title: `${operation.action}, ${type}` })),
      ),
  )("aws:ResourceTag of $title", async ({ operation, type }) => {
    const own = VARIANTS[operation.action]?.(world)[type] ?? {};
    const input = await inputFor(operation, world, { ...own });
    const deny = {
      Effect: "Deny",
      Action: operation.action,
      Resource: typeOf(operation, type)?.arn,
      Condition: { StringEquals: { "aws:ResourceTag/keep": "yes" } },
    };
    expect(await outcome(operation, input, ALLOW, deny)).toBe("denied");
  });
});
