import {
  readCredential,
  type SignedRequest,
  type VerifyOptions,
  verifySignature,
} from "@portcullis/protocol/sigv4";
import { AMZ_DATE, NOW, presigned, SECRET, signed } from "../support/sign.ts";

/** One measured thing: microseconds a call, over the rounds. */
export interface Measured {
  readonly name: string;
  readonly medianMicroseconds: number;
  /** From the fastest round to the slowest. */
  readonly spreadMicroseconds: readonly [number, number];
}

const ROUNDS = 15;
const CALLS = 2_000;

const options: VerifyOptions = {
  nowMilliseconds: NOW,
  maxSkewSeconds: 300,
  services: ["execute-api"],
  region: "us-east-1",
  payload: { kind: "declared" },
};

// As a gateway hands requests on: the signed headers among others, an id in the path, a query.
const ordinary = [
  "accept-encoding",
  "content-length",
  "user-agent",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
].map((name) => [name, name === "content-length" ? "0" : "some value of ordinary length"] as const);
const path = {
  canonicalPath: "/orders/6f9619ff-8b86-d011-b42d-00c04fc964ff",
  canonicalQuery: "limit=50&next=abcdef",
};
const header = signed({
  ...path,
  headers: {
    "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  },
});
const cases: Readonly<Record<string, SignedRequest>> = {
  "signed in the header": header,
  "signed in the header, session token of 1 KB": signed({
    ...path,
    headers: { "x-amz-security-token": "t".repeat(1024) },
  }),
  presigned: presigned({}, { canonicalPath: path.canonicalPath }),
};

/** Verification with the day's signing key cached, and with every key new. */
export function run(): Measured[] {
  const measured = Object.entries(cases).map(([name, request]) => {
    const asItComes = { ...request, headers: [...ordinary, ...request.headers] };
    return measure(`sigv4: ${name}`, () => verify(asItComes, SECRET));
  });
  let secret = 0;
  const uncached = measure("sigv4: read and signing key made anew", () =>
    verify(header, `${SECRET}${secret++}`),
  );
  return [...measured, uncached];
}

function verify(request: SignedRequest, secret: string): boolean {
  const read = readCredential(request);
  if (!read.ok || read.credential.amzDate !== AMZ_DATE)
    throw new Error("the benchmark's request cannot be read");
  const { ok } = verifySignature(request, read.credential, secret, options);
  if (ok !== (secret === SECRET)) throw new Error("the benchmark's request is judged wrongly");
  return ok;
}

function measure(name: string, call: () => unknown): Measured {
  for (let warm = 0; warm < CALLS; warm++) call();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let calls = 0; calls < CALLS; calls++) call();
    rounds.push(((performance.now() - start) * 1000) / CALLS);
  }
  rounds.sort((a, b) => a - b);
  const at = (index: number) => Math.round((rounds[index] ?? 0) * 100) / 100;
  return { name, medianMicroseconds: at(ROUNDS >> 1), spreadMicroseconds: [at(0), at(ROUNDS - 1)] };
}
