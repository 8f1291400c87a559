/** The open camera before one films: what it shows, what is advised, and how large a film may be. */
import { csrfToken } from "../http";
import { isMetered } from "../link";
import { partOf } from "../parts";
import { Camera } from "./camera";
import type { CheckScreen } from "./check-screen";
import { type Quality, qualityFor } from "./quality";
import { Senses } from "./senses";
import type { Settings } from "./settings";
import type { Kind } from "./takes";
import { measureUplink } from "./uplink";

export class Viewfinder {
  quality: Quality = qualityFor("video", null, isMetered());
  private uplink_kbps: number | null = null;
  private senses: Senses | null = null;
  private readonly camera = new Camera();

  constructor(
    private readonly root: HTMLElement,
    private readonly check: CheckScreen,
    private readonly settings: Settings,
    /** Whether a film has begun: it keeps its size. */
    private readonly isFilming: () => boolean,
  ) {}

  get stream(): MediaStream | null {
    return this.camera.stream;
  }

  /** Opens the camera and shows it; false when it was closed meanwhile.  Rejects as browsers do. */
  async open(kind: Kind): Promise<boolean> {
    this.close();
    const stream = await this.camera.open(kind, this.quality);
    if (stream) {
      await this.show(stream, kind);
    }
    return stream !== null;
  }

  turn(): void {
    this.camera.turn();
  }

  /** Measures the uplink once a page, and never where each byte costs: there, a film is small anyway. */
  async measure(kind: Kind): Promise<void> {
    const metered = isMetered();
    this.check.live = metered !== true && (this.settings.live ?? metered === false);
    if (this.uplink_kbps === null && metered !== true) {
      this.uplink_kbps = await measureUplink(this.root.dataset.uplink ?? "", csrfToken());
    }
    if (!this.isFilming()) {
      this.quality = qualityFor(kind, this.uplink_kbps, metered);
      this.check.tellCost(this.quality, this.uplink_kbps);
      await this.camera.adapt(this.quality);
    }
  }

  close(): void {
    this.check.stop();
    this.senses?.close();
    this.senses = null;
    this.camera.close();
  }

  private async show(stream: MediaStream, kind: Kind): Promise<void> {
    const picture = partOf<HTMLVideoElement>(this.root, "picture");
    const wave = partOf<HTMLCanvasElement>(this.root, "wave");
    const isHeard = kind === "voice";
    picture.hidden = partOf(this.root, "light-check").hidden = isHeard;
    wave.hidden = !isHeard;
    picture.srcObject = isHeard ? null : stream;
    picture.classList.toggle("studio__picture--mirror", this.camera.looksAtOneself);
    this.sense(stream, isHeard ? null : picture, wave);
    partOf(this.root, "turn").hidden = isHeard || !(await Camera.canTurn());
  }

  /** Light and sound are advice: where they cannot be measured, one films all the same. */
  private sense(
    stream: MediaStream,
    picture: HTMLVideoElement | null,
    wave: HTMLCanvasElement,
  ): void {
    try {
      this.senses = new Senses(stream);
    } catch {
      return;
    }
    if (!picture) {
      this.senses.drawOn(wave);
    }
    this.check.watch(this.senses, picture);
  }
}
