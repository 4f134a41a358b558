import type { TestFileData } from "../pages/simulator/test-file.ts";
import { isDocument, type ProjectFile } from "./project.ts";

/** A test file as text. Documents that the project has as files are named by their paths. */
export function savedTest(data: TestFileData, files: readonly ProjectFile[]): string {
  const paths = new Map<string, string>();
  for (const file of files.filter(isDocument)) {
    const key = keyOf(file.text);
    if (key !== undefined && !paths.has(key)) paths.set(key, file.path);
  }
  const named = (value: unknown): unknown => paths.get(JSON.stringify(value)) ?? value;
  const { policies, tests, roles, ...others } = data;
  return `${JSON.stringify(
    {
      ...others,
      policies: mapped(policies, named),
      ...(roles === undefined
        ? {}
        : {
            roles: mapped(roles, (role) =>
              role.trust === undefined ? role : { ...role, trust: named(role.trust) },
            ),
          }),
      tests: tests.map((test) => ({
        ...test,
        ...(test.session === undefined ? {} : { session: test.session.map(named) }),
        ...(test.resourcePolicy === undefined
          ? {}
          : { resourcePolicy: named(test.resourcePolicy) }),
      })),
    },
    null,
    2,
  )}\n`;
}

const mapped = <T>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => unknown,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

/** The same for texts that differ in white space alone. */
function keyOf(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
