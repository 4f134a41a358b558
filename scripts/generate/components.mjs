// The page of the components for SST, from their declarations.
import { docstringOf, membersOf } from "./declarations.mjs";
import { table } from "./table.mjs";

export const FILE = "docs/reference/components.md";

const SETTINGS = ["least-privilege-function", "FunctionSettings"];

/** Each component: its file, its call, and the interfaces that its options come from. */
const COMPONENTS = [
  [
    "identityStore",
    "identity-store",
    "await identityStore(name, options?)",
    [["identity-store", "IdentityStoreArgs"]],
  ],
  ["setUp", "setup", "setUp(name, options)", [["setup", "SetUpArgs"], SETTINGS]],
  [
    "controlApi",
    "control-api",
    "controlApi(name, options)",
    [["control-api", "ControlApiArgs"], SETTINGS],
  ],
  [
    "protect",
    "protect",
    "protect(name, api, options)",
    [["authorizer", "AuthorizerArgs"], SETTINGS],
  ],
  [
    "protectRest",
    "protect-rest",
    "protectRest(name, api, options)",
    [["protect-rest", "ProtectRestArgs"]],
  ],
  [
    "authorizer",
    "authorizer",
    "authorizer(name, options)",
    [["authorizer", "AuthorizerArgs"], SETTINGS],
  ],
  ["usage", "usage", "usage(name, options)", [["usage", "UsageArgs"], SETTINGS]],
  ["monitoring", "monitoring", "monitoring(name, options)", [["monitoring", "MonitoringArgs"]]],
  ["rootKey", "root-key", "await rootKey()", []],
  ["rootPassword", "root-password", "await rootPassword()", []],
  ["restrictRoleTrust", "role-trust", "restrictRoleTrust()", []],
  ["keepsData", "stage", "keepsData()", []],
];

/** Options whose name says all. */
const PLAIN = {
  store: "the identity store",
  rootKey: "the root user's access key, from `rootKey`",
  managementAccount: "the 12-digit id of the account that owns the others",
  limits: "requests a second and at once of each route, and concurrency of the functions",
  apis: "the APIs that are watched, by their name on the dashboard",
  rootEmail: "the e-mail address that the root user signs in with",
  tracing: "whether X-Ray records the invocations",
  code: "the folder of a checkout; left out with the npm package",
  functions: "the functions that are watched, by their name on the dashboard",
  authorizers: "the authorizers that are watched, by their name on the dashboard",
};

export function render() {
  const sections = COMPONENTS.map(([name, file, call, interfaces]) => {
    const members = interfaces.flatMap(([from, type]) => membersOf(`stacks/${from}.ts`, type));
    const offered = members.filter((one) => name !== "protect" || one.name !== "gateway");
    const rows = offered.map(({ name: option, isOptional, text, default: fallback }) => {
      const meaning = text || PLAIN[option];
      if (!meaning) throw new Error(`${FILE}: the option ${option} of ${name} has no description`);
      return [`\`${option}\`${isOptional ? "" : " (required)"}`, meaning, fallback ?? ""];
    });
    const options = rows.length === 0 ? "" : `\n${table(["option", "meaning", "default"], rows)}\n`;
    return `## ${name}\n\n\`${call}\`\n\n${wrapped(docstringOf(`stacks/${file}.ts`, name))}\n${options}`;
  });
  return `# Components for SST

\`portcullis/sst\` exports these components; [SST](../sst.md) shows an app. Call
\`useSst({ sst, aws })\` first. \`protectRest\` has the options of \`protect\` too.

${sections.join("\n")}`;
}

/** Prose in lines of 100 columns. */
const wrapped = (text) => text.replace(/(?=.{101})(.{1,100}) /g, "$1\n");
