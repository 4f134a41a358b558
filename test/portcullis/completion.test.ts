import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { filesIn, MAIN, portcullis } from "./command.ts";

describe("shell completion", () => {
  it.each(["bash", "zsh", "fish", "powershell"])("prints a script for %s", async (shell) => {
    const { code, stdout, stderr } = await portcullis(["completion", shell]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/portcullis complete --|'portcullis' -ScriptBlock/);
  });

  it("completes commands, their subcommands and options in a real bash", async () => {
    const { stdout: script } = await portcullis(["completion", "bash"]);
    const file = filesIn({ "completion.sh": script });
    const completed = (...words: string[]) =>
      execFileSync(
        "bash",
        [
          "-c",
          `portcullis() { "${process.execPath}" "${MAIN}" "$@"; }
# Of bash-completion, which the script needs and this machine may lack.
_get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cur=\${COMP_WORDS[COMP_CWORD]}; }
source "${file("completion.sh")}"
COMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
COMP_LINE="\${COMP_WORDS[*]}"
COMP_POINT=\${#COMP_LINE}
$(complete -p portcullis | sed -E 's/.*-F ([^ ]+).*/\\1/') portcullis
printf '%s\\n' "\${COMPREPLY[@]}"`,
        ],
        { encoding: "utf8" },
      )
        .trim()
        .split("\n")
        .map((line) => line.split(/\s/, 1)[0]);
    expect(completed("portcullis", "pol")).toEqual(["policy"]);
    expect(completed("portcullis", "policy", "")).toEqual(
      expect.arrayContaining(["check", "test", "explain", "who-can"]),
    );
    expect(completed("portcullis", "dev", "--up")).toEqual(["--upstream"]);
    expect(completed("portcullis", "openapi", "gen")).toEqual(["generate"]);
  });
});

describe("wrong usage", () => {
  it.each([
    [["polcy"], "unknown command 'polcy'. Did you mean policy?"],
    [["policy", "chek"], "unknown command 'chek'. Did you mean check?"],
    [["start", "--prot", "1"], "unknown option '--prot'. Did you mean --port?"],
    [["completion", "ksh"], "command-argument value 'ksh' is invalid for argument 'shell'."],
    [["call", "GET"], "missing required argument 'url'. Add --help for usage."],
    [["openapi", "check", "x.yaml"], "required option '--service <file>' not specified."],
  ])("%j is one sentence, with the nearest right name", async (args, sentence) => {
    const { code, stdout, stderr } = await portcullis(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^portcullis: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
  });

  it("--version is the package's", async () => {
    expect((await portcullis(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
