import { decodeRequest, loadService, type Structure, validateInput } from "@portcullis/protocol";
import { expect, test } from "vitest";

// A misspelled member must not be dropped: a session would lose its session policy.

const iam = await loadService("iam");
const sts = await loadService("sts");
const organizations = await loadService("organizations");
const analyzer = await loadService("access-analyzer");

const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const ASSUME =
  "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::1:role/wide&RoleSessionName=s";

const refusal = (service: typeof sts, body: string) => {
  const decoded = decodeRequest(service, { body });
  return decoded.ok
    ? undefined
    : `${decoded.error.code} ${decoded.error.status}: ${decoded.error.message}`;
};

test("a session policy in the right spelling is read", () => {
  const body = `${ASSUME}&PolicyArns.member.1.arn=${READ_ONLY}`;
  expect(decodeRequest(sts, { body })).toMatchObject({
    ok: true,
    input: { PolicyArns: [{ arn: READ_ONLY }] },
  });
});

test.each([
  [
    "PolicyArns.member.1.Arn",
    "`PolicyArns.member.1.Arn` is not a parameter of PolicyDescriptorType",
  ],
  [
    "PolicyArns.member.1.PolicyArn",
    "`PolicyArns.member.1.PolicyArn` is not a parameter of PolicyDescriptorType",
  ],
  ["PolicyArns.member.1", "`PolicyArns.member.1` must be a structure"],
  ["PolicyArns.1.arn", "`PolicyArns` must be a list, as in `PolicyArns.member.1`"],
  ["PolicyArns.Member.1.arn", "`PolicyArns` must be a list, as in `PolicyArns.member.1`"],
  ["PolicyArn.member.1.arn", "`PolicyArn.member.1.arn` is not a parameter of AssumeRole"],
  ["policyArns.member.1.arn", "`policyArns.member.1.arn` is not a parameter of AssumeRole"],
  ["policy", "`policy` is not a parameter of AssumeRole"],
  ["Policy ", "`Policy ` is not a parameter of AssumeRole"],
  ["Durationseconds", "`Durationseconds` is not a parameter of AssumeRole"],
])("AssumeRole refuses %s", (name, message) => {
  expect(refusal(sts, `${ASSUME}&${name.replace(" ", "+")}=${READ_ONLY}`)).toBe(
    `MalformedInput 400: ${message}`,
  );
});

test("parameters of the protocol and of presigned queries are no unknown ones", () => {
  const query =
    "X-Amz-Algorithm=a&X-Amz-Credential=c&X-Amz-Date=d&X-Amz-SignedHeaders=host&X-Amz-Signature=s&X-Amz-Security-Token=t&X-Amz-Expires=60&x-amz-content-sha256=h&X-Amz-User-Agent=u";
  expect(decodeRequest(sts, { body: "", query: `${query}&${ASSUME}` })).toMatchObject({ ok: true });
});

// The operations that issue credentials or change anything, by what their names say.
test("only operations that read ignore unknown parameters", () => {
  const lenient = (service: typeof sts) =>
    [...service.operations.values()].filter((of) => of.ignoresUnknown).map(({ name }) => name);
  expect(lenient(sts)).toEqual(["GetAccessKeyInfo", "GetCallerIdentity"]);
  for (const service of [iam, organizations, analyzer]) {
    const names = lenient(service);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !/^(Get|List|Describe)[A-Z]/.test(name))).toEqual([]);
    const credentials = [...service.operations.values()].filter(
      ({ name, output }) => names.includes(name) && output?.members.has("Credentials") === true,
    );
    expect(credentials).toEqual([]);
  }
});

// Every structure within a structure or list of an input, of every operation of every service.
const nested = [iam, sts, organizations, analyzer].flatMap((service) =>
  [...service.operations.values()].flatMap(({ name, input }) =>
    [...(input?.members ?? [])].flatMap(([member, shape]) => {
      const structure = shape.kind === "list" ? shape.member : shape;
      return structure.kind === "structure" && input?.bindings?.has(member) !== true
        ? [{ service, name, input, member, isList: shape.kind === "list", structure }]
        : [];
    }),
  ),
);

test("an unknown member within any structure of any operation is refused", () => {
  expect(nested.length).toBeGreaterThan(50);
  for (const { service, name, member, isList, structure } of nested) {
    const owner = structure.name.replace(/^.*#/, "");
    const label = `${service.name} ${name} ${member}`;
    if (service.wire.protocol === "query") {
      const path = isList ? `${member}.member.1.Xyz` : `${member}.Xyz`;
      const body = `Action=${name}&Version=${service.version}&${path}=1`;
      expect([label, refusal(service, body)]).toEqual([
        label,
        `MalformedInput 400: \`${path}\` is not a parameter of ${owner}`,
      ]);
      continue;
    }
    const value = { Xyz: 1 };
    const body = JSON.stringify({ [member]: isList ? [value] : value });
    const { method = "", uri = "" } = service.operations.get(name)?.http ?? {};
    const decoded = decodeRequest(service, {
      body,
      target: `AWSOrganizationsV20161128.${name}`,
      method,
      path: uri.replace(/\{[^}]+\}/g, "x"),
    });
    expect([label, decoded]).toMatchObject([
      label,
      {
        error: {
          code: "SerializationException",
          message: `\`Xyz\` is not a member of ${owner}`,
          status: 400,
        },
      },
    ]);
  }
});

test("an element without a required member is refused, at every depth", () => {
  const missing = nested.flatMap(({ service, name, member, isList, structure }) =>
    requiredOf(service, structure).map((required) => ({ service, name, member, isList, required })),
  );
  expect(missing.length).toBeGreaterThan(40);
  for (const { service, name, member, isList, required } of missing) {
    const input = { [member]: isList ? [{}] : {} };
    const first = member.slice(0, 1).toLowerCase() + member.slice(1);
    const path = `${first}.${isList ? "1.member." : ""}${required.slice(0, 1).toLowerCase()}${required.slice(1)}`;
    expect(`${name}: ${validateInput(service, name, input)}`).toContain(
      `at '${path}' failed to satisfy constraint: Member must not be null`,
    );
  }
});

function requiredOf(service: typeof sts, structure: Structure): string[] {
  const shape = service.constraints.shapes[structure.name.replace(/^.*#/, "")];
  return Object.entries(shape?.members ?? {}).flatMap(([name, { required }]) =>
    required === true ? [name] : [],
  );
}

test("JSON lists and maps do not drop null", () => {
  const decode = (body: object) =>
    decodeRequest(organizations, {
      body: JSON.stringify(body),
      target: "AWSOrganizationsV20161128.CreateAccount",
    });
  expect(decode({ Tags: [{ Key: "k", Value: "v" }, null] })).toMatchObject({
    error: {
      code: "SerializationException",
      message: "a list or map must not contain null",
    },
  });
});

test("an unknown name is not repeated at length", () => {
  const decoded = decodeRequest(organizations, {
    body: JSON.stringify({ ["x".repeat(100_000)]: 1 }),
    target: "AWSOrganizationsV20161128.CreateAccount",
  });
  expect(decoded.ok ? "" : decoded.error.message).toHaveLength(298);
});
