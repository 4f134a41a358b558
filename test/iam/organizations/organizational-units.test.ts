import {
  CreateOrganizationalUnitCommand,
  DeleteOrganizationalUnitCommand,
  DescribeOrganizationalUnitCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  type OrganizationsClient,
  UpdateOrganizationalUnitCommand,
} from "@aws-sdk/client-organizations";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { openOrganization } from "../../support/tenant.ts";

describe("organizations", () => {
  let installation: TestInstallation;
  let organizations: OrganizationsClient;
  let rootId: string;
  let open: (name: string) => Promise<string>;

  beforeAll(async () => {
    installation = await startInstallation();
    organizations = installation.organizations;
    const organization = await openOrganization(installation);
    open = async (name) => (await organization.open(name)).id;
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    rootId = Roots?.[0]?.Id ?? "";
  });
  afterAll(() => installation.stop());

  it("keeps units in a tree five deep, with names unique below each parent", async () => {
    const create = async (ParentId: string, Name: string) =>
      (await organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name })))
        .OrganizationalUnit?.Id ?? "";
    const top = await create(rootId, "Top");
    await expect(create(rootId, "TOP")).rejects.toMatchObject({
      name: "DuplicateOrganizationalUnitException",
    });
    await expect(create("r-none", "x")).rejects.toMatchObject({ name: "ParentNotFoundException" });
    let parent = top;
    for (const depth of [2, 3, 4, 5]) parent = await create(parent, `Level ${depth}`);
    await expect(create(parent, "Level 6")).rejects.toMatchObject({
      name: "ConstraintViolationException",
      Reason: "OU_DEPTH_LIMIT_EXCEEDED",
    });
    await organizations.send(
      new UpdateOrganizationalUnitCommand({ OrganizationalUnitId: top, Name: "Renamed" }),
    );
    const shown = await organizations.send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: top }),
    );
    expect(shown.OrganizationalUnit).toMatchObject({ Id: top, Name: "Renamed" });
    const units = await organizations.send(
      new ListOrganizationalUnitsForParentCommand({ ParentId: rootId }),
    );
    expect(units.OrganizationalUnits?.map((unit) => unit.Name)).toEqual(["Renamed"]);
    expect((await organizations.send(new ListParentsCommand({ ChildId: top }))).Parents).toEqual([
      { Id: rootId, Type: "ROOT" },
    ]);
    await expect(
      organizations.send(new ListParentsCommand({ ChildId: "ou-none-00000000" })),
    ).rejects.toMatchObject({ name: "ChildNotFoundException" });
    await expect(
      organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: top })),
    ).rejects.toMatchObject({
      name: "OrganizationalUnitNotEmptyException",
    });
    await organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: parent }));
    await expect(
      organizations.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: parent })),
    ).rejects.toMatchObject({
      name: "OrganizationalUnitNotFoundException",
    });
  });

  it("moves accounts between units", async () => {
    const id = await open("moved");
    const unit =
      (
        await organizations.send(
          new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "Destination" }),
        )
      ).OrganizationalUnit?.Id ?? "";
    const move = (SourceParentId: string, DestinationParentId: string) =>
      organizations.send(
        new MoveAccountCommand({ AccountId: id, SourceParentId, DestinationParentId }),
      );
    await expect(move("r-none", unit)).rejects.toMatchObject({
      name: "SourceParentNotFoundException",
    });
    await expect(move(rootId, "ou-none-00000000")).rejects.toMatchObject({
      name: "DestinationParentNotFoundException",
    });
    await expect(move(rootId, rootId)).rejects.toMatchObject({ name: "DuplicateAccountException" });
    await expect(move(unit, rootId)).rejects.toMatchObject({ name: "AccountNotFoundException" });
    await move(rootId, unit);
    expect((await organizations.send(new ListParentsCommand({ ChildId: id }))).Parents).toEqual([
      { Id: unit, Type: "ORGANIZATIONAL_UNIT" },
    ]);
    expect(
      (
        await organizations.send(new ListAccountsForParentCommand({ ParentId: unit }))
      ).Accounts?.map((account) => account.Id),
    ).toEqual([id]);
    expect(
      (await organizations.send(new ListChildrenCommand({ ParentId: unit, ChildType: "ACCOUNT" })))
        .Children,
    ).toEqual([{ Id: id, Type: "ACCOUNT" }]);
  });
});
