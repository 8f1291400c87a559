/** What is shown of bytes on their way: how many, how long still, pauses, interruptions; it decides nothing. */
import { showPercent } from "./bar";
import { _ } from "./french";
import { partOf } from "./parts";
import { megabytes, roughly } from "./words";

/** Read aloud at these marks only. */
const MARK_PERCENT = 25;
const RESUME = _("Reprendre");

export class SendingScreen {
  paused = false;
  private mark = 0;
  private wakeLock: Promise<WakeLockSentinel | undefined> | null = null;

  constructor(protected readonly root: HTMLElement) {
    // A lock goes when the page is hidden: who comes back from a call is kept awake again.
    document.addEventListener("visibilitychange", () => {
      if (this.wakeLock && !document.hidden) {
        this.wakeLock = null;
        this.keepAwake();
      }
    });
  }

  onPause(act: () => void): void {
    this.part("pause").addEventListener("click", act);
  }

  onCancel(act: () => void): void {
    this.part("cancel").addEventListener("click", act);
  }

  begin(total: number): void {
    this.mark = 0;
    this.part("error").hidden = true;
    this.part("progress").hidden = false;
    this.paused = false;
    this.move(0, total, null);
  }

  run(): void {
    this.paused = false;
    this.part("error").hidden = true;
    this.label(_("Mettre en pause"));
    this.keepAwake();
  }

  pause(): void {
    this.paused = true;
    this.label(RESUME);
    this.letSleep();
    this.say(_("Envoi en pause. Ce qui est déjà envoyé est gardé."));
    this.part("sentence").textContent = _("En pause. Ce qui est déjà envoyé est gardé.");
  }

  struggle(): void {
    this.part("sentence").textContent = _(
      "La connexion est difficile, on réessaie. Ce qui est déjà envoyé est gardé.",
    );
  }

  interrupt(sentence: string): void {
    this.fail(sentence);
    this.label(RESUME);
    this.letSleep();
  }

  fail(sentence: string): void {
    const error = this.part("error");
    error.hidden = false;
    error.textContent = sentence;
  }

  move(sent: number, total: number, remaining_s: number | null): void {
    const percent = total > 0 ? Math.floor((sent / total) * 100) : 0;
    showPercent(this.root, percent);
    const so_far = _("%(percent)s\u00a0%% · %(sent)s sur %(total)s", {
      percent,
      sent: megabytes(sent),
      total: megabytes(total),
    });
    const left =
      remaining_s === null ? "" : _(" · encore %(time)s", { time: roughly(remaining_s) });
    this.part("sentence").textContent = so_far + left;
    if (Math.floor(percent / MARK_PERCENT) > this.mark) {
      this.mark = Math.floor(percent / MARK_PERCENT);
      this.say(_("%(percent)s\u00a0%% envoyés", { percent }));
    }
  }

  done(): void {
    this.letSleep();
    this.say(_("Tout est envoyé."));
    this.part("sentence").textContent = _("Tout est envoyé.");
  }

  /** Nothing is on its way any more. */
  reset(): void {
    this.paused = false;
    this.letSleep();
    this.part("progress").hidden = true;
    this.part("error").hidden = true;
  }

  protected say(sentence: string): void {
    this.part("live").textContent = sentence;
  }

  protected part(name: string): HTMLElement {
    return partOf(this.root, name);
  }

  private label(words: string): void {
    const button = this.part("pause");
    (button.querySelector("span") ?? button).textContent = words;
    const drawing = button.querySelector("use");
    const icon = words === RESUME ? "play" : "pause";
    drawing?.setAttribute("href", (drawing.getAttribute("href") ?? "").replace(/#.*$/, `#${icon}`));
  }

  /** A phone that falls asleep stops sending; where the lock is unknown the upload resumes anyway. */
  private keepAwake(): void {
    this.wakeLock ??= navigator.wakeLock?.request("screen").catch(() => undefined) ?? null;
  }

  private letSleep(): void {
    void this.wakeLock?.then((lock) => lock?.release());
    this.wakeLock = null;
  }
}
