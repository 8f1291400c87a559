/**
 * Cuts away a beginning and an end: `<form data-visavis-trim data-source="…" data-lasts="42.0" data-least="5">`.
 *
 * The numbers are what is sent; the sliders, the pictures and the playback only help to find them.
 */
import { _ } from "./french";
import { partOf } from "./parts";
import { fetchSource } from "./player/source";

const WIDTH = 1000; // of what is drawn over the pictures
const MIDDLE = 50;
const HALF_STEP_S = 0.05;
/** A second trouble this soon after a new link is not an expired link. */
const TROUBLE_AGAIN_MS = 10_000;
const decimal = new Intl.NumberFormat("fr-FR", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

interface Peaks {
  step_s: number;
  peaks: number[];
}

export function bind(element: HTMLElement): void {
  if (element instanceof HTMLFormElement) {
    new Trimmer(element).start();
  }
}

/** One end of what is kept: its number, its slider and its button. */
class Edge {
  private readonly number: HTMLInputElement;
  private readonly range: HTMLInputElement;
  private readonly here: HTMLElement;

  constructor(root: HTMLElement) {
    this.number = root.querySelector<HTMLInputElement>('[type="number"]') as HTMLInputElement;
    this.range = partOf<HTMLInputElement>(root, "range");
    this.here = partOf(root, "here");
  }

  get at_s(): number {
    return Number(this.number.value);
  }

  /** Calls `moved` whenever it stands elsewhere, `asked` to learn where the playback is. */
  listen(moved: () => void, asked: () => number): void {
    this.range.hidden = this.here.hidden = false;
    this.range.value = this.number.value;
    this.number.addEventListener("input", () => {
      this.range.value = this.number.value;
      moved();
    });
    this.range.addEventListener("input", () => {
      this.number.value = this.range.value;
      moved();
    });
    this.here.addEventListener("click", () => {
      this.number.value = this.range.value = asked().toFixed(1);
      moved();
    });
  }
}

/** Writes one upright stroke for each step, around the middle; the loudest one is as high as there is room. */
export function waveOf({ peaks }: Peaks): string {
  const loudest = Math.max(...peaks, 1);
  const strokes = peaks.map((peak, at) => {
    const x = Math.round(((at + 0.5) / peaks.length) * WIDTH);
    const half = Math.round((MIDDLE * peak) / loudest);
    return `M${x} ${MIDDLE - half}V${MIDDLE + Math.max(half, 1)}`;
  });
  return strokes.join("");
}

class Trimmer {
  private readonly video: HTMLVideoElement;
  private readonly first: Edge;
  private readonly last: Edge;
  private readonly lasts_s: number;
  private readonly least_s: number;
  /** Where the playback stops by itself, while the cut is tried. */
  private until_s: number | null = null;
  private renewedAt_ms = Number.NEGATIVE_INFINITY;

  constructor(private readonly form: HTMLFormElement) {
    this.video = partOf<HTMLVideoElement>(form, "video");
    this.first = new Edge(partOf(form, "start_s"));
    this.last = new Edge(partOf(form, "end_s"));
    this.lasts_s = Number(form.dataset.lasts);
    this.least_s = Number(form.dataset.least);
  }

  start(): void {
    for (const edge of [this.first, this.last]) {
      edge.listen(
        () => this.moved(edge.at_s),
        () => this.video.currentTime,
      );
    }
    const button = partOf(this.form, "try");
    button.hidden = false;
    button.addEventListener("click", () => this.tryIt());
    this.video.addEventListener("timeupdate", () => this.played());
    this.video.addEventListener("error", () => void this.renew());
    this.show();
    void this.draw();
  }

  /** Draws how loud it is, which helps to find where the words begin; without it one still sees the pictures. */
  private async draw(): Promise<void> {
    const address = this.form.dataset.peaks;
    const answer = address ? await fetch(address).catch(() => null) : null;
    if (answer?.ok) {
      partOf(this.form, "wave").setAttribute("d", waveOf((await answer.json()) as Peaks));
    }
  }

  /** Shows the picture of the edge that was moved. */
  private moved(at_s: number): void {
    this.until_s = null;
    this.video.pause();
    this.video.currentTime = Math.min(at_s, this.lasts_s);
    this.show();
  }

  private show(): void {
    const kept_s = this.last.at_s - this.first.at_s;
    const seconds = decimal.format(Math.max(0, kept_s));
    partOf(this.form, "left").textContent =
      kept_s < this.least_s - HALF_STEP_S
        ? _("Il resterait %(seconds)s secondes : c’est trop court, il en faut %(least)s.", {
            seconds,
            least: this.least_s,
          })
        : _("Il restera %(seconds)s secondes.", { seconds });
    const from = this.place(this.first.at_s);
    const to = this.place(this.last.at_s);
    partOf(this.form, "before").setAttribute("width", String(from));
    const after = partOf(this.form, "after");
    after.setAttribute("x", String(to));
    after.setAttribute("width", String(WIDTH - to));
  }

  private tryIt(): void {
    this.video.currentTime = this.first.at_s;
    this.until_s = this.last.at_s;
    void this.video.play();
  }

  private played(): void {
    const line = partOf(this.form, "playhead");
    for (const side of ["x1", "x2"]) {
      line.setAttribute(side, String(this.place(this.video.currentTime)));
    }
    if (this.until_s !== null && this.video.currentTime >= this.until_s) {
      this.until_s = null;
      this.video.pause();
    }
  }

  /** Links live for some minutes, and one may look for longer. */
  private async renew(): Promise<void> {
    const at_s = this.video.currentTime;
    const again = performance.now() - this.renewedAt_ms < TROUBLE_AGAIN_MS;
    this.renewedAt_ms = performance.now();
    const source = again
      ? null
      : await fetchSource(this.form.dataset.source ?? "").catch(() => null);
    partOf(this.form, "trouble").textContent = source?.mp4
      ? ""
      : _("La vidéo ne se charge plus : note tes deux temps, puis recharge la page.");
    if (source?.mp4) {
      this.video.src = source.mp4;
      this.video.currentTime = at_s;
      if (this.until_s !== null) {
        void this.video.play();
      }
    }
  }

  private place(at_s: number): number {
    return Math.round((Math.min(Math.max(0, at_s), this.lasts_s) / this.lasts_s) * WIDTH);
  }
}
