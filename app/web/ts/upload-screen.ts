/** What the upload form shows: choosing, sending, pausing, interruptions; it decides nothing. */
import { showPercent } from "./bar";
import { _ } from "./french";
import { megabytes, roughly } from "./words";

/** Read aloud at these marks only. */
const MARK_PERCENT = 25;
const RESUME = _("Reprendre");

export class UploadScreen {
  paused = false;
  private mark = 0;
  private wakeLock: Promise<WakeLockSentinel | undefined> | null = null;

  constructor(private readonly form: HTMLFormElement) {}

  chosenFile(): File | null {
    return this.form.querySelector<HTMLInputElement>('input[type="file"]')?.files?.[0] ?? null;
  }

  /** What was wrong with another file, or with none, is past. */
  onChoice(): void {
    this.form.querySelector('input[type="file"]')?.addEventListener("change", () => {
      this.part("error").hidden = true;
    });
  }

  onPause(act: () => void): void {
    this.part("pause").addEventListener("click", act);
  }

  onCancel(act: () => void): void {
    this.part("cancel").addEventListener("click", act);
  }

  tellUnfinished(name: string): void {
    this.say(
      name
        ? _(
            "L’envoi de « %(name)s » n’est pas fini. Choisis la même vidéo : seul ce qui manque sera envoyé.",
            { name },
          )
        : _("L’envoi n’est pas fini. Choisis la même vidéo : seul ce qui manque sera envoyé."),
    );
    const notice = this.part("unfinished");
    notice.textContent = this.part("live").textContent;
    notice.hidden = false;
  }

  begin(file: File): void {
    this.mark = 0;
    this.part("error").hidden = true;
    this.part("unfinished").hidden = true;
    this.part("choose").hidden = true;
    this.part("progress").hidden = false;
    this.part("name").textContent = file.name;
    this.move(0, file.size, null);
    this.part("pause").focus();
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

  reset(): void {
    this.paused = false;
    this.letSleep();
    this.part("choose").hidden = false;
    this.part("progress").hidden = true;
    this.part("error").hidden = true;
  }

  move(sent: number, total: number, remaining_s: number | null): void {
    const percent = total > 0 ? Math.floor((sent / total) * 100) : 0;
    showPercent(this.form, percent);
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
    this.say(_("Ta vidéo est envoyée."));
    this.part("sentence").textContent = _("Ta vidéo est envoyée.");
  }

  private say(sentence: string): void {
    this.part("live").textContent = sentence;
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

  private part(name: string): HTMLElement {
    const found = this.form.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!found) {
      throw new Error(`The upload form lacks its part « ${name} ».`);
    }
    return found;
  }
}
