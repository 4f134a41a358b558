import {
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteUserCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ResetServiceSpecificCredentialCommand,
  type StatusType,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UploadSigningCertificateCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../../support/certificate.ts";
import { deleteConflict, limitExceeded, noSuchEntity } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const createUser = (UserName: string) => test.iam.send(new CreateUserCommand({ UserName }));
const deleteUser = (UserName: string) => test.iam.send(new DeleteUserCommand({ UserName }));
const noUser = noSuchEntity("The user with name nobody cannot be found.");

describe("signing certificates", () => {
  const upload = async (
    UserName: string,
    CertificateBody = makeCertificate(UserName).certificate,
  ) =>
    (await test.iam.send(new UploadSigningCertificateCommand({ UserName, CertificateBody })))
      .Certificate;
  const list = async (UserName: string) =>
    (await test.iam.send(new ListSigningCertificatesCommand({ UserName }))).Certificates;
  const update = (UserName: string, CertificateId: string | undefined, Status: StatusType) =>
    test.iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status }));
  const remove = (UserName: string, CertificateId: string | undefined) =>
    test.iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId }));

  it("are stored, switched and deleted, two at most", async () => {
    await createUser("signer");
    const { certificate } = makeCertificate("signer");
    const first = await upload("signer", certificate);
    expect(first).toEqual({
      UserName: "signer",
      CertificateId: expect.stringMatching(/^[A-Z2-7]{24,128}$/),
      CertificateBody: certificate,
      Status: "Active",
      UploadDate: expect.any(Date),
    });
    expect(await refusal(upload("signer", certificate))).toMatchObject({
      code: "DuplicateCertificate",
      status: 409,
    });
    const second = await upload("signer");
    expect(await refusal(upload("signer"))).toEqual(
      limitExceeded("Cannot exceed quota for CertificatesPerUser: 2"),
    );
    await update("signer", second?.CertificateId, "Inactive");
    expect(await list("signer")).toEqual([first, { ...second, Status: "Inactive" }]);
    expect(await refusal(deleteUser("signer"))).toEqual(
      deleteConflict("Cannot delete entity, must delete signing certificates first."),
    );
    for (const one of [first, second]) await remove("signer", one?.CertificateId);
    expect(await list("signer")).toEqual([]);
    const gone = noSuchEntity(`The Certificate with id ${first?.CertificateId} cannot be found.`);
    expect(await refusal(remove("signer", first?.CertificateId))).toEqual(gone);
    expect(await refusal(update("signer", first?.CertificateId, "Active"))).toEqual(gone);
    await deleteUser("signer");
  });

  it("must be certificates, of users that are there", async () => {
    await createUser("bad");
    for (const junk of ["junk", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]) {
      expect(await refusal(upload("bad", junk))).toMatchObject({
        code: "MalformedCertificate",
        status: 400,
      });
    }
    const id = "A".repeat(28);
    expect(await refusal(upload("nobody"))).toEqual(noUser);
    expect(await refusal(list("nobody"))).toEqual(noUser);
    expect(await refusal(update("nobody", id, "Active"))).toEqual(noUser);
    expect(await refusal(remove("nobody", id))).toEqual(noUser);
  });
});

describe("signing certificates of the root user", () => {
  it("are its own: no user is named", async () => {
    const list = async () =>
      (await test.iam.send(new ListSigningCertificatesCommand({}))).Certificates;
    expect(await list()).toEqual([]);
    const { certificate } = makeCertificate("root");
    const upload = () =>
      test.iam.send(new UploadSigningCertificateCommand({ CertificateBody: certificate }));
    const { Certificate } = await upload();
    const CertificateId = Certificate?.CertificateId;
    expect(await refusal(upload())).toMatchObject({
      code: "DuplicateCertificate",
      message: "The certificate is already associated with user root.",
    });
    await test.iam.send(new UpdateSigningCertificateCommand({ CertificateId, Status: "Inactive" }));
    expect(await list()).toEqual([
      {
        CertificateId,
        CertificateBody: certificate,
        Status: "Inactive",
        UploadDate: expect.any(Date),
      },
    ]);
    await test.iam.send(new DeleteSigningCertificateCommand({ CertificateId }));
    expect(await list()).toEqual([]);
  });
});

describe("service-specific credentials", () => {
  const ServiceName = "codecommit.amazonaws.com";
  const create = async (UserName: string, service = ServiceName, more = {}) =>
    (
      await test.iam.send(
        new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: service, ...more }),
      )
    ).ServiceSpecificCredential;
  const list = async (input: { UserName?: string; ServiceName?: string; AllUsers?: boolean }) =>
    (await test.iam.send(new ListServiceSpecificCredentialsCommand(input)))
      .ServiceSpecificCredentials;
  const update = (
    UserName: string,
    ServiceSpecificCredentialId: string | undefined,
    Status: StatusType,
  ) =>
    test.iam.send(
      new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId, Status }),
    );
  const reset = async (UserName: string, ServiceSpecificCredentialId: string | undefined) =>
    (
      await test.iam.send(
        new ResetServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }),
      )
    ).ServiceSpecificCredential;
  const remove = (UserName: string, ServiceSpecificCredentialId: string | undefined) =>
    test.iam.send(
      new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }),
    );

  it("show a password at making and resetting only; a reset keeps all else, the status too", async () => {
    await createUser("git");
    const made = await create("git");
    const { ServicePassword, ...shown } = made ?? {};
    expect(shown).toEqual({
      CreateDate: expect.any(Date),
      ServiceName,
      ServiceUserName: `git-at-${test.account}`,
      ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{17}$/),
      UserName: "git",
      Status: "Active",
    });
    expect(ServicePassword).toMatch(/^[\w+/]{43}=$/);
    const id = made?.ServiceSpecificCredentialId;
    await update("git", id, "Inactive");
    const after = await reset("git", id);
    expect(after).toEqual({ ...shown, Status: "Inactive", ServicePassword: expect.any(String) });
    expect(after?.ServicePassword).not.toBe(ServicePassword);
    expect(await list({ UserName: "git" })).toEqual([{ ...shown, Status: "Inactive" }]);
    expect(await list({ UserName: "git", ServiceName: "cassandra.amazonaws.com" })).toEqual([]);
    const second = await create("git");
    expect(second?.ServiceUserName).toBe(`git+1-at-${test.account}`);
    expect(await refusal(create("git"))).toMatchObject({ code: "LimitExceeded", status: 409 });
    await create("git", "cassandra.amazonaws.com");
    await createUser("git-2");
    await create("git-2");
    expect((await list({ AllUsers: true }))?.map((one) => one.UserName)).toEqual([
      "git",
      "git",
      "git",
      "git-2",
    ]);
    expect(await refusal(deleteUser("git-2"))).toEqual(
      deleteConflict("Cannot delete entity, must remove referenced objects first."),
    );
    await remove("git", id);
    expect(await refusal(remove("git", id))).toEqual(
      noSuchEntity(`No such credential ${id} exists`),
    );
    expect(await refusal(reset("git", id))).toEqual(
      noSuchEntity(`No such credential ${id} exists`),
    );
    expect(await refusal(update("git", id, "Active"))).toEqual(
      noSuchEntity(`No such credential ${id} exists`),
    );
  });

  it("are for AWS's services that have them, of users that are there", async () => {
    await createUser("svc");
    for (const service of ["lambda.amazonaws.com", "__proto__", "codecommit"]) {
      const none = noSuchEntity(
        `No such service ${service} is supported for Service Specific Credentials`,
      );
      expect(await refusal(create("svc", service))).toEqual(none);
      expect(await refusal(list({ UserName: "svc", ServiceName: service }))).toEqual(none);
    }
    expect(await refusal(create("svc", ServiceName, { CredentialAgeDays: 5 }))).toMatchObject({
      code: "InvalidInput",
    });
    expect(await refusal(create("nobody", "nothing"))).toEqual(noUser);
    const id = "ACCAAAAAAAAAAAAAAAAAA";
    expect(await refusal(list({ UserName: "nobody" }))).toEqual(noUser);
    expect(await refusal(update("nobody", id, "Active"))).toEqual(noUser);
    expect(await refusal(reset("nobody", id))).toEqual(noUser);
    expect(await refusal(remove("nobody", id))).toEqual(noUser);
    expect(await refusal(remove("svc", "not-an-id-with-hyphens"))).toMatchObject({
      code: "ValidationError",
      message: expect.stringContaining("serviceSpecificCredentialId"),
    });
  });
});
