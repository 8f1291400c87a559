/**
 * The captions of full screen, drawn by us: browsers place those of the film once, where our controls then lie over
 * them, and do not move them again.
 */
export function bindScreenCaptions(stage: HTMLElement, video: HTMLVideoElement): void {
  const box = document.createElement("p");
  box.className = "player__captions";
  stage.append(box);
  const show = () => {
    const shown = Array.from(video.textTracks).filter(({ mode }) => mode === "showing");
    const cues = shown.flatMap(({ activeCues }) => Array.from(activeCues ?? []));
    box.replaceChildren(...cues.map((cue) => lineOf(cue as VTTCue)));
  };
  const follow = (track: TextTrack) => track.addEventListener("cuechange", show);
  Array.from(video.textTracks).forEach(follow);
  video.textTracks.addEventListener("addtrack", ({ track }) => track && follow(track));
  video.textTracks.addEventListener("change", show);
}

function lineOf(cue: VTTCue): HTMLElement {
  const line = document.createElement("span");
  line.append(cue.getCueAsHTML());
  return line;
}
