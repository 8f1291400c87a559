/** The camera and the microphone: asked for on a tap, closed when nobody films. */
import { _ } from "../french";
import type { Quality } from "./quality";
import type { Kind } from "./takes";

export type Facing = "user" | "environment";

export class Camera {
  stream: MediaStream | null = null;
  private facing: Facing = "user";
  private asked = 0;

  /**
   * Opens what a take of this kind needs; null when it was closed, or asked for again, meanwhile.  Rejects as browsers
   * do, see `cameraTrouble`.
   */
  async open(kind: Kind, quality: Quality): Promise<MediaStream | null> {
    this.close();
    const asked = this.asked;
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      video: kind === "video" && {
        facingMode: this.facing,
        width: { ideal: quality.width_px },
        height: { ideal: quality.height_px },
        frameRate: { ideal: 30, max: 30 },
      },
    });
    if (asked !== this.asked) {
      stopAll(stream);
      return null;
    }
    this.stream = stream;
    return stream;
  }

  /** Films larger or smaller from now on; a camera that cannot goes on as it does. */
  async adapt({ width_px, height_px }: Quality): Promise<void> {
    const size = { width: { ideal: width_px }, height: { ideal: height_px } };
    for (const track of this.stream?.getVideoTracks() ?? []) {
      await track.applyConstraints(size).catch(() => {});
    }
  }

  /** Whether one sees oneself, as in a mirror. */
  get looksAtOneself(): boolean {
    return this.facing === "user";
  }

  turn(): void {
    this.facing = this.facing === "user" ? "environment" : "user";
  }

  /** Whether there is another camera to turn to. */
  static async canTurn(): Promise<boolean> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === "videoinput").length > 1;
  }

  close(): void {
    this.asked += 1;
    if (this.stream) {
      stopAll(this.stream);
    }
    this.stream = null;
  }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.stop();
  }
}

/** Whether this browser can record at all. */
export function canRecord(): boolean {
  return Boolean(navigator.mediaDevices?.getUserMedia) && "MediaRecorder" in window;
}

/** Why the camera does not open, and what to do. */
export function cameraTrouble(error: unknown, kind: Kind): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    const blocked =
      kind === "video"
        ? _("La caméra ou le micro sont bloqués. Tu peux aussi choisir une vidéo déjà filmée.")
        : _("Le micro est bloqué.");
    return `${blocked} ${howToAllow()}`;
  }
  if (name === "NotFoundError" || name === "OverconstrainedError") {
    return kind === "video"
      ? _("On ne trouve ni caméra ni micro ici. Choisis une vidéo déjà filmée.")
      : _("On ne trouve pas de micro ici. Essaie avec un autre appareil.");
  }
  if (name === "NotReadableError" || name === "AbortError") {
    return kind === "video"
      ? _("Une autre application se sert de la caméra. Ferme-la, puis réessaie.")
      : _("Une autre application se sert du micro. Ferme-la, puis réessaie.");
  }
  return kind === "video"
    ? _("La caméra ne s’ouvre pas. Réessaie, ou choisis une vidéo déjà filmée.")
    : _("Le micro ne s’ouvre pas. Réessaie.");
}

function howToAllow(): string {
  return /iPhone|iPad/.test(navigator.userAgent)
    ? _(
        "Pour les autoriser : touche « aA » ou le menu de la page à côté de l’adresse, puis « Réglages du site web ».",
      )
    : _("Pour les autoriser : touche le cadenas à côté de l’adresse, puis « Autorisations ».");
}
