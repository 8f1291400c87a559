/**
 * The studio of /moi/video: check, film, watch, choose, send.  `<section data-visavis-studio>`, see the macro
 * `studio` in videos/studio.html for its parts.  Every take is kept on the phone, second by second, before
 * anything else is done with it.
 */
import { _ } from "../french";
import { partOf } from "../parts";
import { standAt } from "../steps";
import { cameraTrouble, canRecord } from "./camera";
import { CheckScreen } from "./check-screen";
import { room_ms } from "./choice";
import { FilmScreen } from "./film-screen";
import { Gallery } from "./gallery";
import { wakeVoice } from "./prompter";
import { SendScreen } from "./send-screen";
import { Sendings } from "./sending-take";
import { keepSettings, readSettings, type Settings } from "./settings";
import { Shoot, whyCut } from "./shoot";
import { newTake, type Take, Takes } from "./takes";
import { Viewfinder } from "./viewfinder";

type Screen = "check" | "film" | "review" | "send";

/** How other pages lead to the takes. */
const TAKES_HASH = "#prises";
/** Less is not worth a countdown. */
const SHORTEST_MS = 5_000;
/** What the picture covers while one films. */
const BESIDE = ".skip, .top, .foot, .page-header, .steps";
/** Which of the three steps at the top of the page a screen belongs to. */
const STEP: Record<Screen, number> = { check: 0, film: 0, review: 1, send: 2 };

export function bind(root: HTMLElement): void {
  if (!canRecord()) {
    cannot(_("Ce navigateur ne sait pas enregistrer ici."));
    return;
  }
  void Takes.open().then(
    (takes) => new Studio(root, takes).offer(),
    () => cannot(_("En navigation privée, on ne peut pas enregistrer ici : rien n’y est gardé.")),
  );
}

/** Says why one cannot record here: the other ways of the page remain. */
function cannot(why: string): void {
  for (const hint of document.querySelectorAll<HTMLElement>("[data-visavis-cannot]")) {
    hint.hidden = false;
    hint.textContent = why;
  }
}

class Studio {
  private shoot: Shoot | null = null;
  private opener: HTMLElement | null = null;
  private readonly viewfinder: Viewfinder;
  private readonly account: string;
  private readonly settings: Settings;
  private readonly sendings: Sendings;
  private readonly texts: string[];
  private readonly check: CheckScreen;
  private readonly film: FilmScreen;
  private readonly gallery: Gallery;
  private readonly sending: SendScreen;

  constructor(
    private readonly root: HTMLElement,
    private readonly takes: Takes,
  ) {
    const { account = "", endpoint = "/files/", maxBytes = "0" } = root.dataset;
    const parts = Array.from(root.querySelectorAll<HTMLElement>("[data-title]"));
    const titles = parts.map(({ dataset }) => dataset.title ?? "");
    this.account = account;
    this.texts = parts.map(({ textContent }) => textContent?.trim() ?? "");
    this.settings = readSettings(account);
    this.sendings = new Sendings(takes, { endpoint, maxBytes: Number(maxBytes) });
    this.check = new CheckScreen(this.screen("check"));
    this.viewfinder = new Viewfinder(root, this.check, this.settings, () => this.shoot !== null);
    this.film = new FilmScreen(root, this.settings);
    this.gallery = new Gallery(this.screen("review"), titles, account, takes, this.sendings);
    this.sending = new SendScreen(
      this.screen("send"),
      this.sendings,
      takes,
      root.dataset,
      ([first]) => void this.review(first),
    );
  }

  offer(): void {
    for (const opener of document.querySelectorAll<HTMLElement>("[data-visavis-films]")) {
      opener.hidden = false;
      opener.addEventListener("click", () => {
        this.gallery.kind = opener.dataset.visavisFilms === "voice" ? "voice" : "video";
        this.opener = opener;
        void this.gallery.load().then(() => this.open(this.gallery.next));
      });
    }
    this.check.offer(this.settings, () => keepSettings(this.account, this.settings));
    this.on("start", () => void this.begin());
    this.on("turn", () => void this.turn());
    this.on("leave", () => void this.leave());
    this.on("stop", () => void this.shoot?.stop());
    this.on("more", () => void this.open(this.gallery.next));
    this.on("again", () => void this.open(this.gallery.part));
    this.on("send", () => void this.send(false));
    this.on("later", () => void this.send(true));
    window.addEventListener("beforeunload", (event) => {
      if (this.shoot || this.sending.isRunning) {
        event.preventDefault();
        event.returnValue = true; // browsers of before 2023 ask for it
      }
    });
    // A page that comes back from the history has a camera that is dead, and takes that may be gone.
    window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    window.addEventListener("hashchange", () => void this.comeBack());
    void this.comeBack();
  }

  /** Who comes back by « Voir mes prises » finds what is on the phone, of the kind that was filmed last. */
  private async comeBack(): Promise<void> {
    const kept = await this.takes.of(this.account);
    const latest = kept[kept.length - 1];
    const isBusy = this.shoot || this.sending.isRunning;
    if (location.hash === TAKES_HASH && latest && !isBusy) {
      history.replaceState(null, "", location.pathname);
      this.gallery.kind = latest.kind;
      await this.review(latest);
    }
  }

  /** Opens the camera, on a tap alone. */
  private async open(part: number): Promise<void> {
    const { kind } = this.gallery;
    this.say("");
    await this.gallery.close();
    const isOpen = await this.viewfinder.open(kind).catch((error) => {
      this.show(null);
      this.say(cameraTrouble(error, kind));
      return false;
    });
    if (isOpen) {
      this.show("check");
      this.check.part = part;
      void this.viewfinder.measure(kind);
    }
  }

  private async turn(): Promise<void> {
    this.viewfinder.turn();
    await this.open(this.check.part);
  }

  private async begin(): Promise<void> {
    const { stream } = this.viewfinder;
    if (!stream || this.shoot) {
      return;
    }
    const take = newTake(this.account, this.gallery.kind, this.check.part);
    if (this.room_ms(take.part) < SHORTEST_MS) {
      this.say(_("Tout le temps est pris : raccourcis ou décoche une autre partie."));
      return;
    }
    this.say("");
    wakeVoice();
    void navigator.storage?.persist?.();
    this.check.stop();
    this.show("film");
    try {
      this.shoot = this.shootOf(take, stream);
      await this.shoot.start();
    } catch (error) {
      await (this.shoot?.stop(error) ?? this.filmed(take, error));
    }
  }

  private room_ms(part: number): number {
    return room_ms(this.gallery.takes, part, Number(this.root.dataset.maxS) * 1_000);
  }

  private shootOf(take: Take, stream: MediaStream): Shoot {
    const { part } = take;
    const shot = {
      take,
      text: part === 0 ? this.texts.join("\n\n").trim() : (this.texts[part - 1] ?? ""),
      quality: this.viewfinder.quality,
      room_ms: this.room_ms(part),
      live: this.check.live,
    };
    const ended = (trouble: unknown) => void this.filmed(take, trouble);
    return new Shoot(stream, shot, this.film, this.takes, this.sendings, ended);
  }

  /** Whatever happened, there is a screen again, and a word when it was not as one wished. */
  private async filmed(take: Take, trouble: unknown): Promise<void> {
    this.shoot = null;
    this.viewfinder.close();
    try {
      await this.keep(take);
      await this.review(take);
    } catch {
      this.show(null);
    }
    if (trouble) {
      this.say(whyCut(trouble, take.slices > 0));
    }
  }

  private async keep(take: Take): Promise<void> {
    if (take.slices === 0) {
      await this.sendings.discard(take);
    } else if (!take.chosen) {
      await this.gallery.load();
      await this.gallery.choose(take);
    }
  }

  private async review(take: Take | undefined): Promise<void> {
    this.say("");
    this.viewfinder.close();
    if (await this.gallery.show(take)) {
      const isHeard = this.gallery.kind === "voice";
      const title = isHeard ? _("Écoute, puis choisis") : _("Regarde, puis choisis");
      partOf(this.root, "review-title").textContent = title;
      this.show("review");
    } else {
      await this.leave();
    }
  }

  private async send(later: boolean): Promise<void> {
    const { chosen, takes } = this.gallery;
    const trouble = this.sending.refuse(chosen);
    if (trouble) {
      this.say(trouble);
      return;
    }
    this.say("");
    await this.gallery.close();
    this.show("send");
    await (later ? this.sending.keep(chosen) : this.sending.begin(chosen, takes));
  }

  private async leave(): Promise<void> {
    this.say("");
    await this.shoot?.stop();
    this.viewfinder.close();
    await this.gallery.close();
    this.show(null);
    this.opener?.focus();
  }

  /** One screen at a time, its title said first; null is the page as it was. */
  private show(wanted: Screen | null): void {
    this.root.hidden = wanted === null;
    this.root.dataset.shows = wanted ?? "";
    document.body.classList.toggle("in-studio", wanted !== null);
    for (const screen of this.root.querySelectorAll<HTMLElement>("[data-screen]")) {
      screen.hidden = screen.dataset.screen !== wanted;
    }
    partOf(this.root, "stage").hidden = wanted !== "check" && wanted !== "film";
    for (const beside of document.querySelectorAll<HTMLElement>(BESIDE)) {
      beside.inert = wanted === "film"; // under the picture, nothing can be reached
    }
    standAt(document.querySelector(".steps"), wanted ? STEP[wanted] : 0);
    const title = wanted && this.screen(wanted).querySelector<HTMLElement>("h2");
    title?.focus();
  }

  private say(sentence: string): void {
    const word = document.querySelector<HTMLElement>("[data-visavis-studio-trouble]");
    if (word) {
      word.hidden = sentence === "";
      word.textContent = sentence;
    }
    if (sentence) {
      word?.scrollIntoView({ block: "center" });
    }
  }

  private screen(name: Screen): HTMLElement {
    return this.root.querySelector(`[data-screen="${name}"]`) as HTMLElement;
  }

  private on(name: string, act: () => void): void {
    for (const button of this.root.querySelectorAll<HTMLElement>(`[data-act="${name}"]`)) {
      button.addEventListener("click", act);
    }
  }
}
