/** Before filming: what the camera and the microphone give, said as advice, and how one likes to film. */
import { _ } from "../french";
import { partOf } from "../parts";
import { megabytes } from "../words";
import { type Advice, lightAdvice, soundAdvice } from "./checks";
import { bytesAMinute, type Quality, SLOW_KBPS } from "./quality";
import type { Senses } from "./senses";
import type { Settings } from "./settings";

const LOOK_MS = 150;
const SAY_MS = 2_000;

export class CheckScreen {
  private looking: number | undefined;
  private loudest = 0;

  constructor(private readonly root: HTMLElement) {}

  /** Shows the settings as they were left, and keeps what is changed. */
  offer(settings: Settings, changed: () => void): void {
    this.field("live").addEventListener("change", () => {
      settings.live = this.live;
    });
    if (this.root.querySelector('[data-part="mode"]')) {
      this.offerText(settings);
    }
    this.root.addEventListener("change", changed);
  }

  private offerText(settings: Settings): void {
    const [mode, size] = [this.select("mode"), this.select("size")];
    const [pace, mirrored] = [this.field("pace"), this.field("mirrored")];
    [mode.value, size.value] = [settings.prompter, String(settings.size)];
    [pace.value, mirrored.checked] = [String(settings.words_a_minute), settings.mirrored];
    this.root.addEventListener("change", () => {
      settings.prompter = mode.value as Settings["prompter"];
      settings.size = Number(size.value);
      settings.words_a_minute = Number(pace.value);
      settings.mirrored = mirrored.checked;
    });
  }

  /** What is filmed: 0 for all of it in one go, else a part of the script. */
  get part(): number {
    return Number(this.select("part").value);
  }

  set part(part: number) {
    this.select("part").value = String(part);
  }

  /** Whether what is filmed leaves at once. */
  get live(): boolean {
    return this.field("live").checked;
  }

  set live(live: boolean) {
    this.field("live").checked = live;
  }

  watch(senses: Senses, video: HTMLVideoElement | null): void {
    this.stop();
    this.loudest = 0;
    let said_ms = performance.now();
    this.looking = window.setInterval(() => {
      const loudness = senses.loudness();
      this.loudest = Math.max(this.loudest, loudness ?? 0);
      this.level(loudness ?? 0);
      if (performance.now() - said_ms > SAY_MS) {
        said_ms = performance.now();
        if (loudness !== null) {
          this.say("sound", soundAdvice(this.loudest));
        }
        this.loudest = 0;
        const brightness = video && senses.brightness(video);
        if (brightness !== null) {
          this.say("light", lightAdvice(brightness));
        }
      }
    }, LOOK_MS);
  }

  stop(): void {
    window.clearInterval(this.looking);
  }

  /** What the connection carries, and what a minute costs on it. */
  tellCost(quality: Quality, uplink_kbps: number | null): void {
    const cost = megabytes(bytesAMinute(quality));
    const slow = uplink_kbps !== null && uplink_kbps < SLOW_KBPS;
    const weighs = _("Une minute pèse %(cost)s environ.", { cost });
    const carries = slow
      ? _("Ta connexion est lente : l’envoi prendra du temps.")
      : _("Ta connexion suffit.");
    this.say("link", {
      fine: !slow,
      sentence: uplink_kbps === null ? weighs : `${carries} ${weighs}`,
    });
  }

  private say(name: string, advice: Advice): void {
    const line = partOf(this.root, name);
    if (line.textContent !== advice.sentence) {
      line.textContent = advice.sentence;
    }
    line.closest("li")?.classList.toggle("studio__check--wrong", !advice.fine);
  }

  private level(loudness: number): void {
    partOf(this.root, "level").style.transform = `scaleX(${Math.min(1, loudness * 4)})`;
  }

  private field(name: string): HTMLInputElement {
    return partOf<HTMLInputElement>(this.root, name);
  }

  private select(name: string): HTMLSelectElement {
    return partOf<HTMLSelectElement>(this.root, name);
  }
}
