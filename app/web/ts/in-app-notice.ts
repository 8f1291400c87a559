/** Tells who came by another application's browser how to open a real one: `<div data-visavis-in-app>`. */
import { _ } from "./french";
import { inAppOf, realBrowserAddress } from "./in-app";
import { partOf } from "./parts";

export function bind(notice: HTMLElement): void {
  const application = inAppOf(navigator.userAgent);
  if (application === null) {
    return;
  }
  notice.hidden = false;
  const address = realBrowserAddress(navigator.userAgent, location.href);
  if (address) {
    const link = partOf<HTMLAnchorElement>(notice, "real");
    link.href = address;
    link.hidden = false;
  } else if (/iPhone|iPad/.test(navigator.userAgent)) {
    partOf(notice, "how").textContent = _(
      "Touche les trois points en haut ou en bas, puis « Ouvrir dans Safari ».",
    );
  }
}
