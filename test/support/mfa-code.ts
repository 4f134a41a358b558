import {
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { Secret, TOTP } from "otpauth";

export interface TestDevice {
  readonly serial: string;
  /** A code that was not given before; each code is good for one use. */
  readonly code: () => string;
  readonly wrongCode: () => string;
}

/**
 * A virtual device in the user's hands (root's, when no user is named), with two codes used up to
 * enable it.
 */
export async function enableDevice(
  iam: IAMClient,
  name: string,
  userName: string,
): Promise<TestDevice> {
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }),
  );
  const serial = VirtualMFADevice?.SerialNumber ?? "";
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString("utf8");
  const totp = new TOTP({ secret: Secret.fromBase32(seed) });
  const start = Date.now();
  let used = -2;
  const next = () => totp.generate({ timestamp: start + 30_000 * ++used });
  const first = next();
  const second = next();
  await iam.send(
    new EnableMFADeviceCommand({
      UserName: userName,
      SerialNumber: serial,
      AuthenticationCode1: first,
      AuthenticationCode2: second,
    }),
  );
  return {
    serial,
    code: next,
    wrongCode: () => (Number(totp.generate()) === 123456 ? "654321" : "123456"),
  };
}
