import { type AccessRecord, generatePolicy, indexServices } from "@portcullis/analysis";
import { type Command, InvalidArgumentError } from "commander";
import { EXIT } from "../exit-code.ts";
import { decisionsIn } from "../input/decision-log.ts";
import { readServices } from "../input/services.ts";
import { jsonText, print } from "../output/write-report.ts";
import { jsonOption, serviceOption } from "./options.ts";

interface Options {
  readonly principal?: string;
  readonly service: readonly string[];
  readonly generalizeFrom?: number;
  readonly json?: true;
}

export function addGenerate(policy: Command): void {
  policy
    .command("generate")
    .description("make a policy that allows what a decision log shows was allowed")
    .argument("<logs...>", "files of decision log lines; `-` is standard input")
    .option("--principal <arn>", "only requests of this user, role or session")
    .option(
      "--generalize-from <count>",
      "different values from which a part becomes `*` (2)",
      atLeastTwo,
    )
    .addOption(serviceOption())
    .addOption(jsonOption())
    .action(generate);
}

function atLeastTwo(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 2)
    throw new InvalidArgumentError("It must be 2 or more.");
  return count;
}

async function generate(logs: readonly string[], options: Options): Promise<void> {
  const { indexed = indexServices([]) } = await readServices(options.service);
  const records = recordsOf(logs, options.principal);
  const { generalizeFrom } = options;
  const generated = generatePolicy(records, indexed, { generalizeFrom });
  if (options.json === true) {
    const documents = generated.documents.map((text) => JSON.parse(text) as unknown);
    print(jsonText({ ...generated, documents, requests: records.length }));
  } else {
    for (const { record, reason } of generated.skipped)
      process.stderr.write(
        `portcullis: left out ${record.action} on ${"resource" in record ? record.resource : record.pattern}: ${reason}\n`,
      );
    if (generated.documents.length === 0)
      process.stderr.write("portcullis: The logs have no allowed request of this kind.\n");
    print(generated.documents.map((text) => jsonText(JSON.parse(text))).join("\n"));
  }
  process.exitCode = generated.documents.length === 0 ? EXIT.found : EXIT.ok;
}

function recordsOf(
  logs: readonly string[],
  principal: string | undefined,
): readonly AccessRecord[] {
  return logs.flatMap((path) =>
    decisionsIn(path).flatMap((line) => {
      const { outcome, action, resource } = line;
      const counts =
        outcome === "allowed" &&
        action !== undefined &&
        resource !== undefined &&
        isBy(line, principal);
      return counts ? [{ action, resource }] : [];
    }),
  );
}

/** A session's requests are its role's. */
function isBy(
  line: { readonly principal?: string | undefined },
  wanted: string | undefined,
): boolean {
  if (wanted === undefined || line.principal === wanted) return true;
  const [, account, role] =
    /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(line.principal ?? "") ?? [];
  const [, wantedAccount, wantedRole] =
    /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(wanted) ?? [];
  return role !== undefined && role === wantedRole && account === wantedAccount;
}
