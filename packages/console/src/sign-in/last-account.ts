const KEY = "portcullis.account";

/** The account that somebody last signed in to with this browser, so that it need not be typed. */
export const rememberedAccount = (): string => localStorage.getItem(KEY) ?? "";

export const rememberAccount = (account: string): void => localStorage.setItem(KEY, account);
