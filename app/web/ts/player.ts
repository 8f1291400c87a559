/** Plays a video from its JSON address: `<div data-visavis-player data-source="…"><video></video></div>`. */
import { _ } from "./french";
import { attach, type Source } from "./playback";

/** A second trouble this soon after a new link is not an expired link. */
const TROUBLE_AGAIN_MS = 10_000;

export function bind(element: HTMLElement): void {
  const video = element.querySelector("video");
  const address = element.dataset.source;
  if (video && address) {
    const player = new Player(element, video, address);
    player.offer();
  }
}

class Player {
  private detach: () => void = () => {};
  private renewedAt_ms = Number.NEGATIVE_INFINITY;
  private readonly message: HTMLElement | null;

  constructor(
    private readonly element: HTMLElement,
    private readonly video: HTMLVideoElement,
    private readonly address: string,
  ) {
    this.message = element.querySelector(".player__message");
  }

  /** Puts one big button where nothing is loaded yet. */
  offer(): void {
    this.video.removeAttribute("src");
    this.video.controls = false;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "player__start";
    button.innerHTML = '<span class="player__disc"></span>';
    button.setAttribute(
      "aria-label",
      _("Lire : %(title)s", { title: this.video.getAttribute("aria-label") ?? _("la vidéo") }),
    );
    button.addEventListener("click", () => {
      button.remove();
      void this.begin();
    });
    this.element.append(button);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        this.video.pause();
      }
    });
    if ("autoplay" in this.element.dataset) {
      button.click();
    }
  }

  private async begin(): Promise<void> {
    this.video.controls = true;
    this.video.focus();
    await this.load(0);
  }

  private async load(from_s: number): Promise<void> {
    this.say("");
    this.element.dataset.busy = "";
    try {
      const source = await this.fetchSource();
      this.detach();
      this.detach = await attach(this.video, source, from_s, (status) => this.trouble(status));
      await this.video.play();
    } catch (error) {
      this.refused(error);
    } finally {
      delete this.element.dataset.busy;
    }
  }

  private async fetchSource(): Promise<Source> {
    const response = await fetch(this.address, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
    });
    if (!response.ok) {
      throw new Refused(response.status);
    }
    return (await response.json()) as Source;
  }

  /** A link that has expired is asked again, and the video goes on where it was. */
  private trouble(status: number | null): void {
    const now_ms = performance.now();
    if (now_ms - this.renewedAt_ms < TROUBLE_AGAIN_MS) {
      this.detach();
      this.offerAgain(new Refused(status ?? 0));
      return;
    }
    this.renewedAt_ms = now_ms;
    void this.load(this.video.currentTime);
  }

  private refused(error: unknown): void {
    if (error instanceof DOMException) {
      return; // the browser wants a tap, or play was interrupted: the controls are there
    }
    this.offerAgain(error);
  }

  private offerAgain(error: unknown): void {
    const status = error instanceof Refused ? error.status : 0;
    if (status === 404 || status === 410) {
      this.say(_("Cette vidéo n’est plus disponible."));
      return;
    }
    this.say(_("La vidéo ne se charge pas : la connexion est peut-être coupée."));
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button--secondary player__again";
    again.textContent = _("Réessayer");
    again.addEventListener("click", () => {
      this.renewedAt_ms = Number.NEGATIVE_INFINITY;
      void this.load(this.video.currentTime);
    });
    this.message?.append(" ", again);
  }

  private say(sentence: string): void {
    if (this.message) {
      this.message.textContent = sentence;
      this.message.hidden = sentence === "";
    }
  }
}

class Refused extends Error {
  constructor(readonly status: number) {
    super(`refused: ${status}`);
  }
}
