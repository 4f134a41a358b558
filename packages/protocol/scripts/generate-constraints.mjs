// Makes src/schema/constraints/<service>.json from one of AWS's service models (JSON or gzip):
//
//   node scripts/generate-constraints.mjs <service-2.json[.gz]> <service>
//
// The result has the operations and, of the shapes in their inputs, only the constraints.
// Shapes without any constraint are left out.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const [path, service] = process.argv.slice(2);
if (path === undefined || service === undefined) {
  console.error("usage: generate-constraints.mjs <model file> <service>");
  process.exit(1);
}
const bytes = readFileSync(path);
const model = JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());

/** Looser than AWS: our markers contain a sort key, of which a path alone has 512 characters. */
const OURS = { markerType: { max: 4096 } };

const shapes = {};
const visited = new Map();

/** The name of a shape if it has constraints, else undefined. */
function constrained(name) {
  if (!visited.has(name)) {
    visited.set(name, undefined); // a recursive shape adds no constraints
    const constraints = { ...constraintsOf(model.shapes[name]), ...OURS[name] };
    if (Object.keys(constraints).length > 0) {
      shapes[name] = constraints;
      visited.set(name, name);
    }
  }
  return visited.get(name);
}

function constraintsOf(shape) {
  const constraints = {};
  for (const trait of ["min", "max", "pattern", "enum"])
    if (trait in shape) constraints[trait] = shape[trait];
  if (shape.type === "structure") {
    const required = new Set(shape.required ?? []);
    const members = {};
    for (const [member, { shape: of }] of Object.entries(shape.members)) {
      const target = constrained(of);
      if (target !== undefined || required.has(member)) {
        members[member] = {
          ...(target && { shape: target }),
          ...(required.has(member) && { required: true }),
        };
      }
    }
    if (Object.keys(members).length > 0) constraints.members = members;
  } else {
    for (const part of ["member", "key", "value"]) {
      const target = part in shape && constrained(shape[part].shape);
      if (target) constraints[part] = target;
    }
  }
  // Only a value that can appear in a message needs the mark.
  if (shape.sensitive && Object.keys(constraints).length > 0) constraints.sensitive = true;
  return constraints;
}

const operations = {};
for (const [name, { input }] of Object.entries(model.operations)) {
  const shape = input && constrained(input.shape);
  if (shape !== undefined) operations[name] = shape;
}

const lines = (object) =>
  Object.entries(object)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(",\n");
const source = `AWS's published service model, API version ${model.metadata.apiVersion}`;
writeFileSync(
  new URL(`../src/schema/constraints/${service}.json`, import.meta.url),
  `{"source":${JSON.stringify(source)},\n"operations":{\n${lines(operations)}\n},\n"shapes":{\n${lines(shapes)}\n}}\n`,
);
