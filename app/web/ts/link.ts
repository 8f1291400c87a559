/** What the browser knows of the connection: whether each byte costs money. */

interface Link {
  type?: string;
  saveData?: boolean;
}

/** Mobile data or data saver: true; Wi-Fi or a cable: false; null where the browser does not say (iPhones, desks). */
export function isMetered(link: Link | undefined = connection()): boolean | null {
  if (link?.saveData || link?.type === "cellular") {
    return true;
  }
  return link?.type === "wifi" || link?.type === "ethernet" ? false : null;
}

function connection(): Link | undefined {
  return (navigator as Navigator & { connection?: Link }).connection;
}
