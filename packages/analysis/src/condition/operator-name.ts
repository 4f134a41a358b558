/** The operator without its set prefix and its IfExists. */
export function plainOperator(name: string): string {
  return name.replace(/^(ForAllValues|ForAnyValue):/, "").replace(/IfExists$/, "");
}
