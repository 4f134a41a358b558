// The layering rules. Packages, the subfolders of a package and its files import in one direction
// only: policy <- iam <- store, policy <- authorizer, everything <- functions <- local <-
// portcullis.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { findCycles, readImports, relativeImports } from "./import-graph.mjs";

/** The packages that each package may import, types included. */
const MAY_IMPORT = {
  policy: [],
  analysis: ["policy"],
  protocol: [],
  iam: ["analysis", "policy"],
  store: ["iam"],
  authorizer: ["iam", "policy", "protocol"],
  "control-api": ["analysis", "authorizer", "iam", "policy", "protocol"],
  testing: ["analysis", "authorizer", "iam", "policy"],
  console: ["analysis", "control-api", "policy", "testing"],
  functions: ["analysis", "authorizer", "control-api", "iam", "policy", "protocol", "store"],
  local: [
    "authorizer",
    "console",
    "control-api",
    "functions",
    "iam",
    "policy",
    "protocol",
    "store",
  ],
  portcullis: "any",
};

/**
 * The subfolders of each package's `src`, lowest first: each may import those before it. `"."` are
 * the files directly in `src` except index.ts; without `"."`, no subfolder may import them.
 * A nested folder is named by its path and is apart from its parent. Packages that are not here are
 * not checked for this yet.
 */
const FOLDERS = {
  analysis: [
    "collection",
    "services",
    "text",
    "pattern",
    "statement",
    "condition",
    "solve",
    "access",
    "lint",
    "account",
    "who",
    "findings",
    "generate",
  ],
  policy: ["model", "match", "condition", "language", "decide"],
  authorizer: [
    "cache",
    "request",
    "service",
    "identity",
    "policies",
    "evaluation",
    "log",
    "proof",
    "decision",
    "middleware",
    ".",
  ],
  "control-api": [
    ...["client", "model", "rate", "authorization", "audit", "pipeline", "log"],
    ...["access-evaluation", "."],
  ],
  functions: ["installation", "http", "."],
  testing: [".", "file", "account", "request", "words", "run"],
  iam: [
    ".",
    ...["storage", "record", "canned", "sealing", "model", "trust", "session", "sign-in", "login"],
    ...["federation", "entity", "permission", "simulation", "report", "organization", "account"],
    ...["audit", "decision"],
    ...["credential", "identity", "policy", "provider", "report"].map(
      (of) => `operation/iam/${of}`,
    ),
    ...["operation/iam", "operation/organizations", "operation/sts", "operation/access-analyzer"],
    ...["operation/cloudtrail", "operation/portcullis"],
  ],
};

/**
 * What no file of a package may import, and why. Type imports do nothing at run time and do not
 * count.
 */
const NEVER = {
  policy: [[/./, "policy is pure: it imports nothing but itself"]],
  analysis: [
    [/^(?!\.|@portcullis\/policy$)/, "analysis is pure: it imports the policy package and itself"],
  ],
  console: [
    [
      /^@portcullis\/control-api(?!\/portcullis-client$)/,
      "the console is a client: of the control API it has the client alone",
    ],
  ],
  iam: [[/^@aws-sdk\/|^(node:)?https?$/, "iam is the domain: no AWS clients, no HTTP"]],
  testing: [[/^node:|^@portcullis\/authorizer$/, "policy tests run in browsers, too"]],
  authorizer: [
    [
      /^@portcullis\/iam\/operation\/|^@aws-sdk\/client-/,
      "the authorizer has nothing of the control API, and no AWS client",
    ],
  ],
};

/** Packages whose build puts what they import into their own files: it need not be installed. */
const BUNDLED = new Set(["console", "portcullis"]);

/** Files that may import what their package otherwise may not, each with its reason. */
const EXCEPT = new Map([
  // Reaches identity providers, whose certificates are pinned by the thumbprints that the account
  // keeps.
  ["packages/iam/src/federation/provider-https.ts", /^node:https$/],
  // `npm start` composes the installation with the sample API, which nothing else may know.
  ["packages/local/src/main.ts", /^@portcullis\/example-orders$/],
]);

/** All violations in the repository at `root`, a sentence each. */
export function findLayerFaults(root, folders = FOLDERS) {
  return readdirSync(join(root, "packages")).flatMap((name) => {
    const directory = join(root, "packages", name);
    const imports = readImports(directory);
    const where = `packages/${name}`;
    return [
      ...packageFaults(name, where, imports),
      ...cycleFaults(where, imports),
      ...folderFaults(folders[name], where, imports),
      ...manifestFaults(name, where, directory, imports),
    ];
  });
}

function packageFaults(name, where, imports) {
  const allowed = MAY_IMPORT[name];
  if (allowed === undefined) return [`${where}: missing in the table of layers`];
  const faults = [];
  for (const [file, specifier, isType] of foreignImports(imports)) {
    const path = `${where}/src/${file}`;
    const other = /^@portcullis\/([a-z-]+)/.exec(specifier)?.[1];
    const excepted = EXCEPT.get(path)?.test(specifier) === true;
    const layered = other === undefined || other === name || allowed === "any";
    if (!layered && !allowed.includes(other) && !excepted)
      faults.push(`${path}: ${name} must not import ${specifier}`);
    for (const [pattern, why] of NEVER[name] ?? []) {
      // A type from a layer above is as wrong as anything else of it; from elsewhere it is not.
      const counts = !isType || specifier.startsWith("@portcullis/");
      if (counts && pattern.test(specifier) && !excepted)
        faults.push(`${path}: imports ${specifier}, but ${why}`);
    }
  }
  return faults;
}

function cycleFaults(where, imports) {
  return findCycles(relativeImports(imports)).map(
    (files) => `${where}/src: import cycle of ${files.join(", ")}`,
  );
}

function folderFaults(order, where, imports) {
  if (order === undefined) return [];
  const faults = [];
  for (const [file, targets] of relativeImports(imports)) {
    const folder = folderOf(file, order);
    if (folder === undefined) {
      faults.push(`${where}/src/${file}: its folder is missing in the order of ${where}`);
      continue;
    }
    const rank = rankOf(file, folder, order);
    for (const target of targets) {
      const targetFolder = folderOf(target, order);
      if (targetFolder !== undefined && rankOf(target, targetFolder, order) > rank)
        faults.push(`${where}/src/${file}: ${folder} must not import ${target}`);
    }
  }
  return faults;
}

/** The innermost folder of the order that holds the file; `"."` for files directly in `src`. */
function folderOf(file, order) {
  if (!file.includes("/")) return ".";
  return order
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** The package's entry, and root files without a place in the order, come after all folders. */
function rankOf(file, folder, order) {
  if (/^index\.tsx?$/.test(file) || !order.includes(folder)) return order.length;
  return order.indexOf(folder);
}

function manifestFaults(name, where, directory, imports) {
  const path = join(directory, "package.json");
  if (!existsSync(path)) return [`${where}: has no package.json`];
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
  const atRunTime = new Set(
    [dependencies, optionalDependencies, peerDependencies].flatMap((list) =>
      Object.keys(list ?? {}),
    ),
  );
  const asTypes = new Set([...atRunTime, ...Object.keys(devDependencies ?? {})]);
  const undeclared = new Map();
  for (const [file, specifier, isType] of foreignImports(imports)) {
    const needed = packageNameOf(specifier);
    if (needed === `@portcullis/${name}` || isBuiltin(specifier)) continue;
    const declared =
      isType || BUNDLED.has(name)
        ? asTypes.has(needed) || asTypes.has(typesPackageOf(needed))
        : atRunTime.has(needed);
    if (!declared && !undeclared.has(needed)) undeclared.set(needed, file);
  }
  const wildcard = JSON.stringify(manifest.exports ?? {}).includes("*");
  return [
    ...(wildcard ? [`${where}/package.json: wildcard in exports`] : []),
    ...[...undeclared].map(
      ([needed, file]) =>
        `${where}/package.json: does not declare ${needed}, which ${file} imports`,
    ),
  ];
}

function* foreignImports(imports) {
  for (const [file, list] of imports)
    for (const { specifier, isType } of list)
      if (!specifier.startsWith(".")) yield [file, specifier, isType];
}

function packageNameOf(specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The package with the types of another: `@types/aws-lambda`, `@types/scope__name`. */
function typesPackageOf(name) {
  return `@types/${name.replace(/^@/, "").replace("/", "__")}`;
}

/** Modules that come with no package: of Node, or made by a plugin of Vite. */
function isBuiltin(specifier) {
  return /^(node|virtual):/.test(specifier) || builtinModules.includes(specifier);
}
