import {
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  alreadyExists,
  deleteConflict,
  limitExceeded,
  noSuchEntity,
} from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const STEP = 30_000;
const serialOf = (name: string) => `arn:aws:iam::${test.account}:mfa/${name}`;
const createUser = (UserName: string) => test.iam.send(new CreateUserCommand({ UserName }));

async function createDevice(name: string) {
  const answer = await test.iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }),
  );
  const seed = Buffer.from(answer.VirtualMFADevice?.Base32StringSeed ?? []).toString();
  const totp = new TOTP({ secret: Secret.fromBase32(seed) });
  const start = Date.now();
  return {
    serial: serialOf(name),
    seed,
    png: Buffer.from(answer.VirtualMFADevice?.QRCodePNG ?? []),
    /** The code so many steps from when the device was made. */
    code: (steps: number) => totp.generate({ timestamp: start + steps * STEP }),
  };
}

const codes = (one: string, two: string) => ({
  AuthenticationCode1: one,
  AuthenticationCode2: two,
});
const enable = (UserName: string, SerialNumber: string, one: string, two: string) =>
  test.iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes(one, two) }));
const resync = (UserName: string, SerialNumber: string, one: string, two: string) =>
  test.iam.send(new ResyncMFADeviceCommand({ UserName, SerialNumber, ...codes(one, two) }));
const deactivate = (UserName: string, SerialNumber: string) =>
  test.iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
const remove = (SerialNumber: string) =>
  test.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
const devicesOf = async (UserName: string) =>
  (await test.iam.send(new ListMFADevicesCommand({ UserName }))).MFADevices;
const virtual = async (AssignmentStatus?: "Assigned" | "Unassigned" | "Any") => {
  const input = AssignmentStatus === undefined ? {} : { AssignmentStatus };
  return (await test.iam.send(new ListVirtualMFADevicesCommand(input))).VirtualMFADevices ?? [];
};

const badCode = {
  code: "InvalidAuthenticationCode",
  message: "Authentication code for device is not valid.",
  status: 403,
};
const noDevice = (serial: string) =>
  noSuchEntity(`VirtualMFADevice with serial number ${serial} does not exist.`);

describe("virtual MFA devices", () => {
  it("come with a seed and a QR code, once", async () => {
    const device = await createDevice("fresh");
    expect(device.seed).toMatch(/^[A-Z2-7]{64}$/);
    expect(device.png.subarray(1, 4).toString()).toBe("PNG");
    expect((await virtual()).find((one) => one.SerialNumber === device.serial)).toEqual({
      SerialNumber: device.serial,
    });
    const again = test.iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "FRESH" }),
    );
    expect(await refusal(again)).toEqual(
      alreadyExists("MFADevice entity at the same path and name already exists."),
    );
    const elsewhere = { VirtualMFADeviceName: "fresh", Path: "/other/" };
    const other = await test.iam.send(new CreateVirtualMFADeviceCommand(elsewhere));
    expect(other.VirtualMFADevice?.SerialNumber).toBe(serialOf("other/fresh"));
    await remove(serialOf("other/fresh"));
    await remove(device.serial);
    expect(await refusal(remove(device.serial))).toEqual(noDevice(device.serial));
    expect(await virtual()).toEqual([]);
  });

  it("are enabled for a user by two codes in a row", async () => {
    await createUser("ana");
    const device = await createDevice("ana");
    const { code, serial } = device;
    for (const [one, two] of [
      [code(0), code(0)],
      [code(0), code(-1)],
      [code(-1), code(1)],
      [code(-12), code(-11)],
      [code(12), code(13)],
      ["000000", code(0)],
    ] as const) {
      expect(await refusal(enable("ana", serial, one, two))).toEqual(badCode);
    }
    expect(await devicesOf("ana")).toEqual([]);
    await enable("ana", serial, code(-1), code(0));
    const enabled = { UserName: "ana", SerialNumber: serial, EnableDate: expect.any(Date) };
    expect(await devicesOf("ana")).toEqual([enabled]);
    const got = await test.iam.send(
      new GetMFADeviceCommand({ UserName: "ana", SerialNumber: serial }),
    );
    expect(got).toMatchObject(enabled);
    const assigned = (await virtual("Assigned")).find((one) => one.SerialNumber === serial);
    expect(assigned).toMatchObject({ EnableDate: expect.any(Date), User: { UserName: "ana" } });
    expect(assigned?.Base32StringSeed).toBeUndefined();
    expect((await virtual("Unassigned")).map((one) => one.SerialNumber)).not.toContain(serial);
  });

  it("follow their user's new name", async () => {
    await test.iam.send(new UpdateUserCommand({ UserName: "ana", NewUserName: "anna" }));
    const assigned = (await virtual("Assigned")).find(
      (one) => one.SerialNumber === serialOf("ana"),
    );
    expect(assigned?.User?.UserName).toBe("anna");
    expect(await devicesOf("anna")).toHaveLength(1);
  });

  it("hold while they are in use, and their user with them", async () => {
    const serial = serialOf("ana");
    expect(await refusal(remove(serial))).toEqual(
      deleteConflict("MFA VirtualDevice in use. Must deactivate first."),
    );
    expect(await refusal(test.iam.send(new DeleteUserCommand({ UserName: "anna" })))).toEqual(
      deleteConflict("Cannot delete entity, must delete MFA device first."),
    );
    await createUser("bob");
    expect(await refusal(enable("bob", serial, "123456", "654321"))).toMatchObject({
      code: "EntityAlreadyExists",
    });
    expect(await refusal(deactivate("bob", serial))).toEqual(
      noSuchEntity("MFA Device invalid for user."),
    );
    await deactivate("anna", serial);
    expect(await devicesOf("anna")).toEqual([]);
    expect(await refusal(deactivate("anna", serial))).toEqual(
      noSuchEntity("MFA Device invalid for user."),
    );
    await remove(serial);
    await test.iam.send(new DeleteUserCommand({ UserName: "anna" }));
  });

  it("take no code that enabled them before", async () => {
    await createUser("replayed");
    const { code, serial } = await createDevice("replayed");
    await enable("replayed", serial, code(-1), code(0));
    await deactivate("replayed", serial);
    expect(await refusal(enable("replayed", serial, code(-1), code(0)))).toEqual(badCode);
    await enable("replayed", serial, code(1), code(2));
  });

  it("are found again when their clock went astray", async () => {
    await createUser("drifted");
    const { code, serial } = await createDevice("drifted");
    await enable("drifted", serial, code(-2), code(-1));
    expect(await refusal(resync("drifted", serial, code(40), code(42)))).toEqual(badCode);
    expect(await refusal(resync("drifted", serial, code(1000), code(1001)))).toEqual(badCode);
    await resync("drifted", serial, code(40), code(41));
    expect(await refusal(resync("drifted", serial, code(40), code(41)))).toEqual(badCode);
    const notOwn = resync("replayed", serial, code(42), code(43));
    expect(await refusal(notOwn)).toEqual(noSuchEntity("MFA Device invalid for user."));
  });

  it("are eight at most for a user", async () => {
    await createUser("collector");
    for (let index = 0; index < 8; index++) {
      const { code, serial } = await createDevice(`c-${index}`);
      await enable("collector", serial, code(-1), code(0));
    }
    const { code, serial } = await createDevice("c-8");
    expect(await refusal(enable("collector", serial, code(-1), code(0)))).toEqual(
      limitExceeded("Cannot exceed quota for MFADevicesPerUser: 8"),
    );
    const first = await test.iam.send(
      new ListMFADevicesCommand({ UserName: "collector", MaxItems: 5 }),
    );
    expect(first.MFADevices).toHaveLength(5);
    const more = { UserName: "collector", Marker: first.Marker };
    expect((await test.iam.send(new ListMFADevicesCommand(more))).MFADevices).toHaveLength(3);
    const page = await test.iam.send(
      new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned", MaxItems: 2 }),
    );
    expect(page).toMatchObject({ IsTruncated: true, VirtualMFADevices: [{}, {}] });
    const forged = { AssignmentStatus: "Unassigned" as const, Marker: page.Marker };
    expect(await refusal(test.iam.send(new ListVirtualMFADevicesCommand(forged)))).toMatchObject({
      code: "ValidationError",
    });
  });

  it("can be enabled once only by ten who try at once", async () => {
    await createUser("raced");
    const { code, serial } = await createDevice("raced");
    const sent = await Promise.allSettled(
      Array.from({ length: 10 }, () => enable("raced", serial, code(-1), code(0))),
    );
    expect(sent.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(await devicesOf("raced")).toHaveLength(1);
  });

  it("name the user or device that is missing", async () => {
    const noUser = noSuchEntity("The user with name nobody cannot be found.");
    const serial = serialOf("none");
    await createUser("here");
    expect(await refusal(enable("nobody", serial, "123456", "123457"))).toEqual(noUser);
    expect(await refusal(resync("nobody", serial, "123456", "123457"))).toEqual(noUser);
    expect(await refusal(deactivate("nobody", serial))).toEqual(noUser);
    expect(await refusal(devicesOf("nobody"))).toEqual(noUser);
    expect(await refusal(enable("here", serial, "123456", "123457"))).toEqual(noDevice(serial));
    expect(await refusal(resync("here", serial, "123456", "123457"))).toEqual(noDevice(serial));
    expect(await refusal(deactivate("here", serial))).toEqual(noDevice(serial));
    const get = test.iam.send(new GetMFADeviceCommand({ UserName: "here", SerialNumber: serial }));
    expect(await refusal(get)).toEqual(noDevice(serial));
  });
});

describe("tags of MFA devices", () => {
  it("are set, listed and taken away", async () => {
    const { serial } = await createDevice("tagged");
    const Tags = [{ Key: "Team", Value: "a" }];
    await test.iam.send(new TagMFADeviceCommand({ SerialNumber: serial, Tags }));
    const list = () => test.iam.send(new ListMFADeviceTagsCommand({ SerialNumber: serial }));
    expect(await list()).toMatchObject({ Tags, IsTruncated: false });
    await test.iam.send(new UntagMFADeviceCommand({ SerialNumber: serial, TagKeys: ["team"] }));
    expect((await list()).Tags).toEqual([]);
    await remove(serial);
    expect(await refusal(list())).toEqual(noDevice(serial));
    const tag = test.iam.send(new TagMFADeviceCommand({ SerialNumber: serial, Tags }));
    expect(await refusal(tag)).toEqual(noDevice(serial));
    const untag = test.iam.send(
      new UntagMFADeviceCommand({ SerialNumber: serial, TagKeys: ["a"] }),
    );
    expect(await refusal(untag)).toEqual(noDevice(serial));
  });
});

describe("the root user's device", () => {
  it("is enabled under the name root, as long as no user is called so", async () => {
    const { code, serial } = await createDevice("root-account-mfa-device");
    await enable("root", serial, code(-1), code(0));
    const own = await test.iam.send(new ListMFADevicesCommand({}));
    expect(own.MFADevices).toEqual([{ SerialNumber: serial, EnableDate: expect.any(Date) }]);
    const listed = (await virtual("Assigned")).find((one) => one.SerialNumber === serial);
    expect(listed?.User).toMatchObject({
      Arn: `arn:aws:iam::${test.account}:root`,
      UserId: test.account,
    });
    expect(await test.iam.send(new GetMFADeviceCommand({ SerialNumber: serial }))).toMatchObject({
      SerialNumber: serial,
    });
    await test.iam.send(new DeactivateMFADeviceCommand({ SerialNumber: serial }));
    expect((await test.iam.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([]);
    await createUser("root");
    await enable("root", serial, code(1), code(2));
    expect(await devicesOf("root")).toHaveLength(1);
    expect((await test.iam.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([]);
  });
});
