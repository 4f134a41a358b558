import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expectationsOf } from "./support/expectations.ts";
import { DOCS, readPage } from "./support/page.ts";
import { machineHasTools } from "./support/tools.ts";
import { followTutorial } from "./support/tutorial.ts";

/** The page that all others go on from. */
const FIRST = "five-minutes.md";
/** The pages that a reader follows from top to bottom. */
const TUTORIALS = [
  FIRST,
  "signed-requests.md",
  "dev-gateway.md",
  "sign-in.md",
  "temporary-credentials.md",
  "audit.md",
  "policies.md",
  "openapi.md",
  "authzen.md",
  "why-denied.md",
];
const MILLISECONDS = 400_000;

describe("a reader who does what the page says", () => {
  it.each(TUTORIALS)(
    "gets what %s says",
    (name) =>
      followTutorial(name, machineHasTools() ? "the machine's" : "stand-ins", name !== FIRST),
    MILLISECONDS,
  );

  it(
    "gets it with stand-ins for the AWS CLI and curl, for machines without them",
    () => followTutorial(FIRST, "stand-ins", true),
    MILLISECONDS,
  );
});

describe("the shell blocks of a page", () => {
  const pages = globSync("*.md", { cwd: DOCS }).sort();

  it.each(pages)("of %s run in a test, or the source says why not", (name) => {
    const { blocks, notRun } = readPage(name);
    if (TUTORIALS.includes(name) || notRun !== undefined) return;
    const unmarked = blocks.filter(
      ({ language, comment }) => language === "sh" && !/^(?:not run|runs in): ./.test(comment),
    );
    expect(unmarked.map(({ line }) => `${name}:${line}`)).toEqual([]);
  });

  it.each(pages)("of %s run in a POSIX shell", (name) => {
    // Here-strings, process substitution, `read -s`, arrays and `[[` are bash's and zsh's alone.
    for (const { language, text } of readPage(name).blocks)
      if (language === "sh") expect(text).not.toMatch(/<<<|<\(|read -\w*s|\[\[ |\w=\(/);
  });
});

it("comments of a block are what its commands must answer", () => {
  const block = [
    'curl -i "$URL#top"    # 401',
    "portcullis policy test . # exit code 1",
    "curl -i $URL",
    "# 403: User: ana is not authorized to",
    "#      perform it",
    "# a remark",
    "echo $TOKEN   # denied",
    "curl -i $URL",
    "# 200",
  ].join("\n");
  expect(expectationsOf(block)).toEqual({
    answers: [
      { status: 401, text: "" },
      { status: 403, text: "User: ana is not authorized to perform it" },
      { status: 200, text: "" },
    ],
    printed: ["denied"],
    exitCodes: [1],
  });
});
