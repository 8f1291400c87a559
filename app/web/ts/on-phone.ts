/**
 * What is still only on this phone, and its sending once each byte costs nothing: `<section data-visavis-on-phone>`,
 * see the macro `on_phone` in videos/studio.html for its parts.
 */
import { _ } from "./french";
import { isMetered } from "./link";
import { partOf } from "./parts";
import { chosenOf } from "./studio/choice";
import { keptSentence } from "./studio/kept";
import type { SendScreen } from "./studio/send-screen";
import { type Take, Takes } from "./studio/takes";

export function bind(root: HTMLElement): void {
  void Takes.open().then(
    (takes) => tell(root, takes),
    () => undefined, // a browser that keeps nothing has nothing to tell
  );
}

async function tell(root: HTMLElement, takes: Takes): Promise<void> {
  const { account = "", endpoint = "/files/", maxBytes = "0" } = root.dataset;
  const kept = await takes.of(account);
  if (kept.length === 0) {
    return;
  }
  root.hidden = false;
  partOf(root, "kept").textContent = keptSentence(kept);
  const waiting = kept.filter(({ later }) => later);
  if (waiting.length === 0) {
    return;
  }
  // Only who has something to send loads what sends.
  const [{ Sendings }, { SendScreen }] = await Promise.all([
    import("./studio/sending-take"),
    import("./studio/send-screen"),
  ]);
  const sendings = new Sendings(takes, { endpoint, maxBytes: Number(maxBytes) });
  const screen = new SendScreen(root, sendings, takes, root.dataset);
  if (isMetered() === false) {
    send(root, screen, waiting, kept);
  } else {
    offer(root, () => send(root, screen, waiting, kept));
  }
}

function send(root: HTMLElement, screen: SendScreen, waiting: Take[], kept: Take[]): void {
  const { kind } = waiting[0] as Take;
  partOf(root, "now").hidden = true;
  void screen.begin(
    chosenOf(waiting),
    kept.filter((take) => take.kind === kind),
    () => location.assign("/moi/video/nouvelle#prises"),
  );
}

/** Where the browser does not say what the connection costs, or says that it costs, a person decides. */
function offer(root: HTMLElement, act: () => void): void {
  const button = partOf(root, "now");
  button.hidden = false;
  button.addEventListener("click", act, { once: true });
  partOf(root, "wifi").hidden = false;
  partOf(root, "wifi").textContent =
    isMetered() === true
      ? _("Tu es en données mobiles : ça partira tout seul en wifi.")
      : _("Tu es en wifi ? Tu peux l’envoyer maintenant.");
}
