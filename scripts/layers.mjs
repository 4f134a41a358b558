// Dependencies between packages point one way: policy <- iam <- store, policy <- authorizer, everything <- functions <- local.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const MAY_IMPORT = {
  policy: [],
  analysis: ["policy"],
  protocol: [],
  iam: ["policy"],
  store: ["iam"],
  authorizer: ["iam", "policy", "protocol"],
  functions: ["authorizer", "iam", "policy", "protocol", "store"],
  local: ["authorizer", "functions", "iam", "policy", "protocol", "store"],
};

/** What no file of a package may import, and why. Type imports are nothing at run time and do not count. */
const NEVER = {
  policy: [[/./, "policy is pure: it imports nothing but itself"]],
  analysis: [[/^(?!\.|@portcullis\/policy$)/, "analysis is pure: it imports the policy package and itself"]],
  iam: [[/^@aws-sdk\/|^(node:)?https?$/, "iam is the domain: no AWS clients, no HTTP"]],
  authorizer: [
    [
      /^@portcullis\/iam\/operation\/|^@aws-sdk\/client-/,
      "the authorizer has nothing of the control API, and no AWS client",
    ],
  ],
};

/** Files that may import what their package otherwise may not, each with its reason. */
const EXCEPT = new Map([
  // Reaches identity providers, whose certificates are pinned by the thumbprints that the account keeps.
  ["packages/iam/src/federation/provider-https.ts", /^node:https$/],
]);

export function findLayerFaults(root) {
  const faults = [];
  for (const [name, allowed] of Object.entries(MAY_IMPORT)) {
    for (const file of sources(join(root, "packages", name, "src"))) {
      const place = relative(root, file);
      for (const specifier of runtimeImports(readFileSync(file, "utf8"))) {
        if (specifier.startsWith(".")) continue;
        const other = /^@portcullis\/([a-z]+)/.exec(specifier)?.[1];
        if (other !== undefined && other !== name && !allowed.includes(other))
          faults.push(`${place}: ${name} must not import ${specifier}`);
        for (const [pattern, why] of NEVER[name] ?? []) {
          if (pattern.test(specifier) && !EXCEPT.get(place)?.test(specifier))
            faults.push(`${place}: imports ${specifier}, but ${why}`);
        }
      }
    }
  }
  return faults;
}

/** Type-only imports from layers above are as wrong as others; from elsewhere they are nothing at run time. */
function runtimeImports(text) {
  const found = [];
  for (const [, type, specifier] of text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?[^"';]*?from\s+"([^"]+)"/gm,
  )) {
    if (type === undefined || specifier.startsWith("@portcullis/")) found.push(specifier);
  }
  for (const [, specifier] of text.matchAll(/\bimport\s*\(\s*"([^"]+)"\s*\)/g)) found.push(specifier);
  for (const [, specifier] of text.matchAll(/^\s*import\s+"([^"]+)"/gm)) found.push(specifier);
  return found;
}

function sources(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}
