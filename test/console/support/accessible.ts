import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** No violation of WCAG or of axe's best practices. In dark only the colours are others. */
export async function expectAccessible(page: Page): Promise<void> {
  const axe = () => new AxeBuilder({ page }).setLegacyMode(true);
  await expectNone(page, "light", axe());
  await expectNone(page, "dark", axe().withRules(["color-contrast"]));
  await page.emulateMedia({ colorScheme: null });
}

async function expectNone(
  page: Page,
  colorScheme: "light" | "dark",
  axe: AxeBuilder,
): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await fadedIn(page);
  const { violations } = await axe.analyze();
  const found = violations.map(
    ({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
  );
  expect(found).toEqual([]);
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
