/** The sound: on or off, and how loud where the device lets a page say so. */
import { _ } from "../french";
import { partOf } from "../parts";

export function bindVolume(video: HTMLVideoElement, bar: HTMLElement): void {
  const button = partOf(bar, "mute");
  const slider = partOf<HTMLInputElement>(bar, "volume");
  const show = () => {
    const silent = video.muted || video.volume === 0;
    const words = silent ? _("Remettre le son") : _("Couper le son");
    button.dataset.state = silent ? "silent" : "heard";
    button.setAttribute("aria-label", words);
    button.title = words;
    const percent = silent ? 0 : Math.round(video.volume * 100);
    slider.value = String(percent);
    slider.setAttribute("aria-valuetext", _("%(percent)s %%", { percent }));
    slider.style.setProperty("--filled", String(percent / 100));
  };
  button.addEventListener("click", () => {
    video.muted = !(video.muted || video.volume === 0);
    if (!video.muted && video.volume === 0) {
      video.volume = 0.5;
    }
  });
  slider.addEventListener("input", () => {
    video.muted = false;
    video.volume = Number(slider.value) / 100;
  });
  video.addEventListener("volumechange", show);
  slider.hidden = !isSettable(video);
  show();
}

/** An iPhone keeps the volume to its own buttons, and answers 1 whatever is written. */
function isSettable(video: HTMLVideoElement): boolean {
  const { volume } = video;
  video.volume = 0.5;
  const settable = video.volume === 0.5;
  video.volume = volume;
  return settable;
}
