/** Follows the preparation of a video: `<section data-visavis-progress data-events="…">`. */
import { showPercent } from "./bar";

interface News {
  state: string;
  step: string;
  percent: number;
  remaining_s: number | null;
  sentence: string;
  preview: boolean;
}

const ENDS = new Set(["ready", "refused", "failed", "captioned"]);
const AGAIN_MS = 10_000;
/** Read aloud at each new step and at these marks, not at each percent. */
const MARK_PERCENT = 25;

export function bind(element: HTMLElement): void {
  const events = element.dataset.events;
  if (events) {
    new Follower(element, events).listen();
  }
}

class Follower {
  private said = "";

  constructor(
    private readonly element: HTMLElement,
    private readonly events: string,
  ) {}

  listen(): void {
    const stream = new EventSource(this.events);
    stream.onmessage = (message: MessageEvent<string>) => {
      const news = JSON.parse(message.data) as News;
      this.show(news);
      if (ENDS.has(news.state)) {
        stream.close();
        this.reloadOnce(news.state);
      } else {
        sessionStorage.removeItem(this.reloaded); // it is made anew, and ends anew
      }
    };
    stream.onerror = () => {
      if (stream.readyState === EventSource.CLOSED) {
        window.setTimeout(() => this.listen(), AGAIN_MS);
      }
    };
  }

  private show(news: News): void {
    showPercent(this.element, news.percent);
    this.part("sentence").textContent = news.sentence;
    const said = `${news.step} ${Math.floor(news.percent / MARK_PERCENT)}`;
    if (said !== this.said) {
      this.said = said;
      this.part("live").textContent = news.sentence;
    }
    const preview = this.element.querySelector<HTMLElement>('[data-part="preview"]');
    if (preview) {
      preview.hidden = !news.preview;
    }
  }

  /**
   * The page knows better what comes next; once, or a page that still shows the bar would loop.  Somebody who
   * is watching the preview sees it to its end, and nobody who writes is interrupted: what is written and not
   * saved stays, until they save it themselves.
   */
  private reloadOnce(state: string): void {
    const video = this.element.querySelector("video");
    if (video && !video.paused) {
      video.addEventListener("pause", () => this.reloadOnce(state), { once: true });
    } else if (isWrittenIn()) {
      return;
    } else if (document.activeElement?.matches("textarea, input")) {
      document.activeElement.addEventListener("blur", () => this.reloadOnce(state), { once: true });
    } else if (sessionStorage.getItem(this.reloaded) !== state) {
      sessionStorage.setItem(this.reloaded, state);
      location.reload();
    }
  }

  /** Where the session keeps with which end the page was last loaded anew. */
  private get reloaded(): string {
    return `visavis-reloaded:${this.events}`;
  }

  private part(name: string): HTMLElement {
    return this.element.querySelector<HTMLElement>(`[data-part="${name}"]`) ?? this.element;
  }
}

/** Whether somebody changed a field of the page. */
function isWrittenIn(): boolean {
  const fields = document.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>(
    "textarea, input",
  );
  return Array.from(fields).some(({ value, defaultValue }) => value !== defaultValue);
}
