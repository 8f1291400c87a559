/** Browsers inside other applications, which often give neither camera nor storage. */

const APPLICATIONS: [pattern: RegExp, name: string][] = [
  [/Instagram/, "Instagram"],
  [/Snapchat/, "Snapchat"],
  [/WhatsApp/, "WhatsApp"],
  [/musical_ly|BytedanceWebview|TikTok/, "TikTok"],
  [/FBAN|FBAV|FB_IAB|Messenger/, "Facebook"],
];
/** An Android page within whatever application it is. */
const WEB_VIEW = /; wv\)/;

/** The name of the application whose browser this is, the empty word when it says none; null for a real one. */
export function inAppOf(userAgent: string): string | null {
  const named = APPLICATIONS.find(([pattern]) => pattern.test(userAgent));
  return named?.[1] ?? (WEB_VIEW.test(userAgent) ? "" : null);
}

/** An address that Android opens in Chrome; null on other phones, where one does it by hand. */
export function realBrowserAddress(userAgent: string, href: string): string | null {
  if (!/Android/.test(userAgent)) {
    return null;
  }
  const { host, pathname, search, protocol } = new URL(href);
  const scheme = protocol.replace(":", "");
  return `intent://${host}${pathname}${search}#Intent;scheme=${scheme};package=com.android.chrome;end`;
}
