import { describe, expect, it } from "vitest";
import { parseCsv } from "../../../packages/console/src/api/parse-csv.ts";
import { csv } from "../../../packages/console/src/ui/csv.ts";

describe("CSV", () => {
  it("quotes what a spreadsheet would run as a formula", () => {
    for (const cell of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
      expect(csv([[cell]])).toBe(`"'${cell}"\r\n`);
    expect(csv([["a=1", "1-1", ""]])).toBe("a=1,1-1,\r\n");
  });

  it("leaves secrets exact", () => {
    expect(csv([[{ exact: '+a"b' }]])).toBe('"+a""b"\r\n');
  });

  it("reads what it writes", () => {
    const rows = [
      ["name", 'a "quoted" one', "two\r\nlines", "", "x,y"],
      ["", "", "", "", ""],
      ["ünï", "צוות", "🦊", "b", ""],
    ];
    expect(parseCsv(csv(rows))).toEqual(rows);
    expect(parseCsv("a,b\nc,d")).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(parseCsv("")).toEqual([]);
  });
});
