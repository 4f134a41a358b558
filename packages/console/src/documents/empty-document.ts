import type { PolicyKind } from "@portcullis/policy";

/** What a new document begins with: complete but for its actions and resources. */
export const emptyDocument = (kind: PolicyKind): string =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        kind === "trust"
          ? { Effect: "Allow", Principal: { AWS: "" }, Action: "sts:AssumeRole" }
          : { Effect: "Allow", Action: [], Resource: [] },
      ],
    },
    null,
    2,
  );
