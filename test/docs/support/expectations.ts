/** What the comments of a block say about its output. */
export interface Expectations {
  /** The statuses of the answers, in their order, and what the answer must hold. */
  readonly answers: readonly { readonly status: number; readonly text: string }[];
  /** What is printed besides: the comment after an `echo`. */
  readonly printed: readonly string[];
  /** The exit codes of commands that do not end with 0. */
  readonly exitCodes: readonly number[];
}

/** A comment, and the command that it is about. */
interface Remark {
  readonly command: string;
  readonly comment: string;
}

/** `# 403: text` after or below a command, `# exit code 1` after one, `echo ... # text`. */
export function expectationsOf(block: string): Expectations {
  const remarks = remarksOf(block);
  return {
    answers: remarks.flatMap(({ comment }) => {
      const [, status, text = ""] = /^(\d{3})(?:$|: (.+)$)/.exec(comment) ?? [];
      return status === undefined ? [] : [{ status: Number(status), text }];
    }),
    printed: remarks.flatMap(({ command, comment }) => (/^echo\b/.test(command) ? [comment] : [])),
    exitCodes: remarks.flatMap(({ command, comment }) => {
      // `portcullis call` ends with 1 for an answer of 400 or more.
      if (/\bportcullis call\b/.test(command) && /^[45]\d\d\b/.test(comment)) return [1];
      const exit = /^exit code (\d+)$/.exec(comment)?.[1];
      return exit === undefined ? [] : [Number(exit)];
    }),
  };
}

/** A comment line that is indented further goes on with the one above it. */
function remarksOf(block: string): readonly Remark[] {
  const found: { command: string; comment: string }[] = [];
  let command = "";
  let isOpen = false;
  for (const line of block.split("\n")) {
    const [, before, comment] = /^(|.*?\s)# (.+)$/.exec(line) ?? [];
    if (before !== "") {
      const code = (before ?? line).trim();
      command = /\\$/.test(command) ? `${command}\n${code}` : code;
    }
    if (comment === undefined) isOpen = false;
    else if (before === "" && isOpen && comment.startsWith("  ")) {
      const last = found.at(-1);
      if (last !== undefined) last.comment += ` ${comment.trim()}`;
    } else {
      found.push({ command, comment: comment.trim() });
      isOpen = before === "";
    }
  }
  return found;
}

/** Text without line breaks and indentation, to be compared with what a page quotes. */
export const flat = (text: string): string => text.replace(/\s+/g, " ");
