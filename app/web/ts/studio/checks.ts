/** What is looked at before filming: light and sound, measured here, said as advice; nothing leaves the phone. */
import { _ } from "../french";

export interface Advice {
  fine: boolean;
  sentence: string;
}

/** Mean brightness of a picture, 0 to 255. */
const DARK = 60;
const DAZZLING = 215;
/** Loudness of a moment, 0 to 1 (root mean square). */
const SILENT = 0.005;
const FAINT = 0.02;
const TOO_LOUD = 0.6;

export function lightAdvice(brightness: number): Advice {
  if (brightness < DARK) {
    return {
      fine: false,
      sentence: _("Ta pièce est sombre : allume une lampe, ou mets-toi face à une fenêtre."),
    };
  }
  if (brightness > DAZZLING) {
    return {
      fine: false,
      sentence: _("Il y a trop de lumière : éloigne-toi de la lampe ou du soleil."),
    };
  }
  return { fine: true, sentence: _("La lumière est bonne.") };
}

/** `loudest` is the loudest moment of the last seconds. */
export function soundAdvice(loudest: number): Advice {
  if (loudest < SILENT) {
    return {
      fine: false,
      sentence: _("On n’entend rien : dis quelques mots, et vérifie que le micro n’est pas caché."),
    };
  }
  if (loudest < FAINT) {
    return { fine: false, sentence: _("On t’entend peu : parle plus fort, ou rapproche-toi.") };
  }
  if (loudest > TOO_LOUD) {
    return { fine: false, sentence: _("Le son est trop fort : recule un peu le téléphone.") };
  }
  return { fine: true, sentence: _("On t’entend bien.") };
}

/** How bright a picture is, by the eye's weights; `pixels` is RGBA. Source: ITU-R BT.601. */
export function brightnessOf(pixels: Uint8ClampedArray): number {
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    sum +=
      0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
  }
  return pixels.length > 0 ? sum / (pixels.length / 4) : 0;
}

/** How loud a moment is; `samples` from -1 to 1. */
export function loudnessOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) {
    sum += sample * sample;
  }
  return samples.length > 0 ? Math.sqrt(sum / samples.length) : 0;
}
