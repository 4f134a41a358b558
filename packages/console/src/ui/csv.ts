/** A spreadsheet runs a cell that begins so as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A cell's text. `exact`: a secret that the person typed or the server made; a letter more would
 * make it another one.
 */
export type CsvCell = string | { readonly exact: string };

/** RFC 4180; what a spreadsheet would take for a formula gets an apostrophe in front. */
export function csv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: CsvCell): string {
  if (typeof value !== "string") return quoted(value.exact);
  return FORMULA.test(value) ? quoted(`'${value}`) : /[",\r\n]/.test(value) ? quoted(value) : value;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

export function downloadText(fileName: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = fileName;
  anchor.click();
  URL.revokeObjectURL(url);
}

export const downloadCsv = (fileName: string, rows: readonly (readonly CsvCell[])[]): void =>
  downloadText(fileName, csv(rows), "text/csv;charset=utf-8");
