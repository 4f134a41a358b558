import { type AccessRecord, generatePolicy, indexServices } from "@portcullis/analysis";
import { InputFault } from "@portcullis/testing/input-fault";
import { type Command, InvalidArgumentError } from "commander";
import { EXIT } from "../exit-code.ts";
import { decisionsIn } from "../input/decision-log.ts";
import { readServices } from "../input/services.ts";
import { jsonText, print } from "../output/write-report.ts";
import { jsonOption, serviceOption } from "./options.ts";
import { policiesFromRecords } from "./recorded-access.ts";

interface Options {
  readonly principal?: string;
  readonly endpointUrl?: string;
  readonly days?: number;
  readonly service: readonly string[];
  readonly generalizeFrom?: number;
  readonly json?: true;
}

export function addGenerate(policy: Command): void {
  policy
    .command("generate")
    .description("make a policy that allows what was allowed, by a log or by decision records")
    .argument("[logs...]", "files of decision log lines; `-` is standard input")
    .option(
      "--endpoint-url <url>",
      "the records of a running installation instead, by the credentials that AWS SDKs find",
    )
    .option("--days <count>", "days of records, from 1 to 90 (30)", numberOfDays)
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

function numberOfDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 90)
    throw new InvalidArgumentError("It must be from 1 to 90.");
  return days;
}

function atLeastTwo(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 2)
    throw new InvalidArgumentError("It must be 2 or more.");
  return count;
}

async function generate(logs: readonly string[], options: Options): Promise<void> {
  if (options.endpointUrl !== undefined) {
    await generateFromRecords(options.endpointUrl, logs, options);
    return;
  }
  if (logs.length === 0) throw new InputFault("Give files of log lines, or --endpoint-url.");
  if (options.days !== undefined) throw new InputFault("--days is for --endpoint-url only.");
  const { indexed = indexServices([]) } = await readServices(options.service);
  const records = recordsOf(logs, options.principal);
  const { generalizeFrom } = options;
  const generated = generatePolicy(records, indexed, { generalizeFrom });
  if (options.json === true) {
    const documents = generated.documents.map((text): object => JSON.parse(text));
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

async function generateFromRecords(
  endpoint: string,
  logs: readonly string[],
  { principal, days = 30, json }: Options,
): Promise<void> {
  if (logs.length > 0)
    throw new InputFault("Give either files of log lines or --endpoint-url, not both.");
  if (principal === undefined) throw new InputFault("--endpoint-url needs --principal.");
  const report = await policiesFromRecords(endpoint, { principal, days });
  const documents = (report.PolicyDocuments ?? []).map((text): object => JSON.parse(text));
  if (json === true) print(jsonText({ documents, isComplete: report.IsComplete }));
  else {
    if (documents.length === 0)
      process.stderr.write("portcullis: There is no record of an allowed request of this kind.\n");
    print(documents.map((document) => jsonText(document)).join("\n"));
  }
  if (!report.IsComplete)
    process.stderr.write("portcullis: There are more records than one report reads.\n");
  process.exitCode = documents.length === 0 ? EXIT.found : EXIT.ok;
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
