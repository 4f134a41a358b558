import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const ofPlaywright = createRequire(fileURLToPath(import.meta.resolve("@axe-core/playwright")));
const AXE = readFileSync(ofPlaywright.resolve("axe-core/axe.min.js"), "utf8");

/** As much as is used of axe, which is put into the page. */
interface Axe {
  run(
    context: Document,
    options: object,
  ): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>;
}

/** No violation of WCAG or of axe's best practices. In dark only the colours are others. */
export async function expectAccessible(page: Page): Promise<void> {
  // axe is put into the page alone. AxeBuilder puts it in twice an analysis.
  expect(page.frames()).toHaveLength(1);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  await expectNone(page, "light", {});
  await expectNone(page, "dark", { runOnly: { type: "rule", values: ["color-contrast"] } });
  await page.emulateMedia({ colorScheme: null });
}

async function expectNone(page: Page, colorScheme: "light" | "dark", rules: object): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await fadedIn(page);
  const violations = await page.evaluate(
    async (options) => {
      const { axe } = window as unknown as { readonly axe: Axe };
      const found = await axe.run(document, options);
      return found.violations.map(({ id, nodes }) => ({ id, html: nodes.map(({ html }) => html) }));
    },
    { resultTypes: ["violations"], ...rules },
  );
  expect(violations.map(({ id, html }) => `${colorScheme} ${id}: ${html.join(" | ")}`)).toEqual([]);
}

/** What fades in has less contrast meanwhile. Spinners, which never end, are not waited for. */
const fadedIn = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().endTime) < 2_000);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });

/** Waits until no panel of the page loads any more. */
export async function expectLoaded(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector("h1") !== null &&
      ![...document.querySelectorAll("main *")].some(
        ({ childElementCount, textContent }) =>
          childElementCount === 0 && /^Loading /.test(textContent ?? ""),
      ),
  );
}
