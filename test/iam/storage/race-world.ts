import { bootstrap } from "@portcullis/iam/bootstrap";
import type { Caller } from "@portcullis/iam/caller";
import { ApiError } from "@portcullis/iam/error";
import type { Operation, OperationContext } from "@portcullis/iam/operation";
import { iamOperations } from "@portcullis/iam/operation/iam";
import { hashPassword } from "@portcullis/iam/password";
import type { Sealer } from "@portcullis/iam/sealer";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS } from "@portcullis/iam/settings";
import type { Store } from "@portcullis/iam/store";
import { atomically } from "@portcullis/iam/unit-of-work";
import { HOTP, Secret } from "otpauth";
import { itemName, type MemoryStore, memoryStore } from "../../support/memory-store.ts";
import {
  ACCOUNT,
  BOUND,
  CERTIFICATE,
  DOCUMENT,
  PHONE,
  POWER,
  type Racer,
  SSH_KEY,
  TRUST,
  type World,
} from "./racing-operations.ts";

const NOW = new Date("2030-01-01T00:00:00Z");
const STEP = Math.floor(NOW.getTime() / 30_000);

const ROOT: Caller = {
  principal: {
    type: "Root",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:root`,
    userId: ACCOUNT,
  },
  account: ACCOUNT,
  accessKeyId: "AKIAROOT",
  policies: { identity: [] },
  tags: [],
};

/** Hides nothing: what is sealed can be read by the test. */
const sealer: Sealer = {
  seal: (plaintext) => Buffer.from(plaintext).toString("base64url"),
  open: (sealed) => Buffer.from(sealed, "base64url"),
  derive: () => ({ keyId: "1", key: new Uint8Array(32) }),
};

const settings: OperationContext["settings"] = {
  managementAccount: ACCOUNT,
  region: "us-east-1",
  issuer: "http://localhost",
  quotas: DEFAULT_QUOTAS,
  memberRate: DEFAULT_MEMBER_RATE,
};

type AnyOperation = Operation<unknown, Record<string, never>>;

/** As the control API runs an operation, without asking whether the caller may. */
export function run(store: Store, { operation: name }: Racer, input: object) {
  const operation = iamOperations[name] as AnyOperation | undefined;
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  return atomically(store, async (unit) => {
    const context: OperationContext = {
      account: ACCOUNT,
      caller: ROOT,
      unit,
      now: NOW,
      sealer,
      settings,
      requestId: "race",
      sourceIp: "127.0.0.1",
    };
    await operation.conditionKeys?.(context, input);
    await operation.target(context, input);
    await operation.alsoAuthorize?.(context, input);
    return operation.run(context, input);
  });
}

/** `ok`, or the code of an error that is the caller's; anything else is a fault. */
export async function outcome(done: Promise<unknown>): Promise<string> {
  try {
    await done;
    return "ok";
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return error.code;
    return `fault: ${error instanceof Error ? error.message : error}`;
  }
}

/** An account with at least one of everything that the operations change. */
export async function makeWorld(): Promise<World> {
  const store: MemoryStore = memoryStore();
  await bootstrap(
    { store, sealer, account: ACCOUNT, now: NOW },
    { makeKey: true, email: "root@localhost" },
  );
  // biome-ignore lint/suspicious/noExplicitAny: answers of any operation
  const make = (operation: string, input: object): Promise<any> =>
    run(store, { operation, input: () => input }, input);
  for (const PolicyName of ["power", "bound", "idle"])
    await make("CreatePolicy", { PolicyName, PolicyDocument: DOCUMENT });
  await make("CreatePolicyVersion", {
    PolicyArn: POWER,
    PolicyDocument: DOCUMENT,
    SetAsDefault: true,
  });
  for (const GroupName of ["crew", "bare"]) await make("CreateGroup", { GroupName });
  await make("CreateUser", { UserName: "bob" });
  await make("CreateRole", { RoleName: "idler", AssumeRolePolicyDocument: TRUST });
  const bounded = { PermissionsBoundary: BOUND, Tags: [{ Key: "k", Value: "w" }] };
  const ann = { UserName: "ann" };
  const worker = { RoleName: "worker" };
  await make("CreateUser", { ...ann, ...bounded });
  await make("CreateRole", { ...worker, AssumeRolePolicyDocument: TRUST, ...bounded });
  for (const [kind, who] of [
    ["User", ann],
    ["Role", worker],
    ["Group", { GroupName: "crew" }],
  ] as const) {
    await make(`Put${kind}Policy`, { ...who, PolicyName: "own", PolicyDocument: DOCUMENT });
    await make(`Attach${kind}Policy`, { ...who, PolicyArn: POWER });
  }
  await make("AddUserToGroup", { ...ann, GroupName: "crew" });
  for (const InstanceProfileName of ["box", "empty"])
    await make("CreateInstanceProfile", { InstanceProfileName });
  await make("AddRoleToInstanceProfile", { ...worker, InstanceProfileName: "box" });
  await make("CreateOpenIDConnectProvider", {
    Url: "https://idp.example.com",
    ClientIDList: ["a"],
  });
  await make("UploadServerCertificate", {
    ServerCertificateName: "site",
    CertificateBody: CERTIFICATE.certificate,
    PrivateKey: CERTIFICATE.privateKey,
  });
  await make("CreateAccountAlias", { AccountAlias: "an-alias" });
  const phone = await device("phone");
  const spare = await device("spare");
  await make("EnableMFADevice", {
    ...ann,
    SerialNumber: PHONE,
    AuthenticationCode1: phone(STEP - 2),
    AuthenticationCode2: phone(STEP - 1),
  });
  const { AccessKey } = await make("CreateAccessKey", ann);
  const { SSHPublicKey } = await make("UploadSSHPublicKey", { ...ann, SSHPublicKeyBody: SSH_KEY });
  const { Certificate } = await make("UploadSigningCertificate", {
    ...ann,
    CertificateBody: CERTIFICATE.certificate,
  });
  const { ServiceSpecificCredential } = await make("CreateServiceSpecificCredential", {
    ...ann,
    ServiceName: "codecommit.amazonaws.com",
  });
  await giveLoginProfile(store);
  return {
    store,
    keyId: AccessKey.AccessKeyId,
    sshKeyId: SSHPublicKey.SSHPublicKeyId,
    signingCertificateId: Certificate.CertificateId,
    credentialId: ServiceSpecificCredential.ServiceSpecificCredentialId,
    phoneCodes: [phone(STEP), phone(STEP + 1)],
    spareCodes: [spare(STEP), spare(STEP + 1)],
  };

  async function device(VirtualMFADeviceName: string): Promise<(step: number) => string> {
    const { VirtualMFADevice } = await make("CreateVirtualMFADevice", { VirtualMFADeviceName });
    const seed = Buffer.from(VirtualMFADevice.Base32StringSeed).toString("utf8");
    return (step) => HOTP.generate({ secret: Secret.fromBase32(seed), counter: step });
  }
}

async function giveLoginProfile(store: MemoryStore): Promise<void> {
  const name = itemName({ account: ACCOUNT, partition: "user/ann", sort: "record" });
  const user = store.items.get(name);
  if (user === undefined) throw new Error("ann was not made");
  const loginProfile = {
    passwordHash: await hashPassword("a password of ann"),
    createdAt: NOW.toISOString(),
    changedAt: NOW.toISOString(),
    resetRequired: false,
    history: [],
  };
  store.items.set(name, { ...user, data: { ...(user.data as object), loginProfile } });
}
