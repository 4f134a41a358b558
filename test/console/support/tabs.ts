import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** Pages of one origin in a browser, and what goes wrong in them. */
export interface Tabs {
  /** A page on `neutralUrl`, its storage empty but for `stored`. */
  open(options?: TabOptions): Promise<Page>;
  /** What went wrong in any page since the last call. */
  faults(): readonly string[];
  /** Ends all that runs in the pages of a test. */
  close(): Promise<void>;
  /** Ends the page that tests share, too. */
  closeAll(): Promise<void>;
}

export interface TabOptions extends BrowserContextOptions {
  /** For `sessionStorage`. */
  readonly stored?: Readonly<Record<string, string>>;
  /** Of a test that changes what can't be reset: the clock, permissions, listeners, a second tab. */
  readonly ownContext?: boolean;
}

interface Tab {
  readonly context: BrowserContext;
  readonly page: Page;
}

const VIEWPORT = { width: 1280, height: 900 };
/** Each frame of an animation is painted, by the processor. */
const MEDIA = { colorScheme: null, media: null, reducedMotion: "reduce" } as const;
const PATIENCE_MILLISECONDS = 15_000;

/** Chromium reports each answer of 400 or more as an error: those are the console's daily bread. */
const EXPECTED = /^Failed to load resource: the server responded with a status of/;

/**
 * The first page that a test opens is the former test's, with everything reset: a new context has
 * no cached or compiled scripts, and costs three times as much. Further pages of the test, and those
 * with options, get contexts of their own.
 * @param neutralUrl a document of the console's origin without scripts
 */
export function openTabs(browser: Browser, neutralUrl: string): Tabs {
  let faults: string[] = [];
  let reused: Tab | undefined;
  let isReusedOpen = false;
  const others = new Set<BrowserContext>();

  async function newTab(options: BrowserContextOptions): Promise<Tab> {
    const context = await browser.newContext({
      viewport: VIEWPORT,
      reducedMotion: MEDIA.reducedMotion,
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MILLISECONDS);
    await watch(context, (fault) => {
      if (others.has(context) || context === reused?.context) faults.push(fault);
    });
    return { context, page: await context.newPage() };
  }

  async function takeTab(ownContext: boolean, options: BrowserContextOptions): Promise<Page> {
    if (ownContext || isReusedOpen || Object.keys(options).length > 0) {
      const { context, page } = await newTab(options);
      others.add(context);
      await page.goto(neutralUrl);
      return page;
    }
    if (reused === undefined) {
      reused = await newTab({});
      await reused.page.goto(neutralUrl);
    }
    isReusedOpen = true;
    return reused.page;
  }

  async function close(): Promise<void> {
    for (const context of others) await end(context);
    others.clear();
    if (reused === undefined || !isReusedOpen) return;
    const tab = reused;
    if (await isReusable(tab)) {
      // Calls that leaving a page breaks off are no faults.
      reused = undefined;
      await reset(tab, neutralUrl);
      reused = tab;
    } else {
      await end(tab.context);
      reused = undefined;
    }
    isReusedOpen = false;
  }

  return {
    async open({ stored = {}, ownContext = false, ...options } = {}) {
      const page = await takeTab(ownContext, options);
      await page.evaluate((entries) => {
        for (const [name, value] of entries) sessionStorage.setItem(name, value);
      }, Object.entries(stored));
      return page;
    },
    faults() {
      const found = faults;
      faults = [];
      return found;
    },
    close,
    async closeAll() {
      await close();
      if (reused !== undefined) await end(reused.context);
      reused = undefined;
    },
  };
}

async function watch(context: BrowserContext, report: (fault: string) => void): Promise<void> {
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !EXPECTED.test(message.text()))
      report(message.text());
  });
  context.on("weberror", (error) => report(String(error.error())));
}

async function end(context: BrowserContext): Promise<void> {
  await unroute(context);
  await context.close();
}

/** A handler may be in the middle of a call that nobody waits for any more. */
async function unroute(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.unrouteAll({ behavior: "ignoreErrors" });
}

const changed = new WeakSet<BrowserContext>();

/** For a test that changes of a context what can't be reset. */
export const doNotReuse = (context: BrowserContext): void => {
  changed.add(context);
};

/** What the page has reported has arrived by then. */
async function isReusable({ context, page }: Tab): Promise<boolean> {
  if (changed.has(context) || page.isClosed() || context.pages().length > 1) return false;
  await unroute(context);
  await page.evaluate(() => undefined);
  return true;
}

/** Makes a page as a new one. */
async function reset({ context, page }: Tab, neutralUrl: string): Promise<void> {
  await page.goto(neutralUrl);
  await page.evaluate(() => {
    sessionStorage.clear();
    localStorage.clear();
  });
  await context.clearCookies();
  await page.emulateMedia(MEDIA);
  await page.setViewportSize(VIEWPORT);
}
