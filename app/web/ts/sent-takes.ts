/**
 * What becomes of the takes that a video was made of, which the phone has kept until then: `data-visavis-sent="made"`
 * where the video plays, they go; `"refused"` where there is none, they are there again, and the element is shown.
 */
import { Takes } from "./studio/takes";

export function bind(element: HTMLElement): void {
  void Takes.open()
    .then((takes) => settle(element, takes))
    .catch(() => {}); // a browser that keeps nothing
}

async function settle(element: HTMLElement, takes: Takes): Promise<void> {
  const { account = "", visavisSent } = element.dataset;
  const sent = await takes.sentOf(account);
  if (visavisSent === "made") {
    await Promise.all(sent.map((take) => takes.remove(take)));
    return;
  }
  await Promise.all(sent.map((take) => takes.change(take, { sent: false })));
  if (sent.length > 0 && document.querySelector("[data-visavis-studio]")) {
    location.reload(); // the studio has looked already
  }
  element.hidden = (await takes.of(account)).length === 0;
}
