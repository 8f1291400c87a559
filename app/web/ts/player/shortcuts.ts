/** One key for what is done most, only while the keyboard is inside the player: the page may have its own. */
import type { Deck } from "./deck";

export const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2] as const;

export type Action =
  | { does: "toggle" | "mute" | "captions" | "screen" }
  | { does: "seek"; by_s: number }
  | { does: "rate"; by: 1 | -1 };

const ACTIONS: Record<string, Action> = {
  k: { does: "toggle" },
  " ": { does: "toggle" },
  j: { does: "seek", by_s: -10 },
  l: { does: "seek", by_s: 10 },
  ArrowLeft: { does: "seek", by_s: -5 },
  ArrowRight: { does: "seek", by_s: 5 },
  m: { does: "mute" },
  c: { does: "captions" },
  f: { does: "screen" },
  "<": { does: "rate", by: -1 },
  ">": { does: "rate", by: 1 },
};

export function actionOf(key: string): Action | undefined {
  return ACTIONS[key.length === 1 ? key.toLowerCase() : key];
}

/** The next speed up or down; the last one stays. */
export function nextRate(rate: number, by: 1 | -1): number {
  const beyond = RATES.filter((one) => (by > 0 ? one > rate : one < rate));
  return (by > 0 ? beyond[0] : beyond[beyond.length - 1]) ?? rate;
}

export function bindShortcuts(deck: Deck, turn: { captions(): void; screen(): void }): void {
  const { element, video } = deck;
  const act = (action: Action) => {
    switch (action.does) {
      case "toggle":
        return deck.toggle();
      case "seek":
        return deck.seek(deck.position_s + action.by_s);
      case "rate":
        return deck.setRate(nextRate(video.playbackRate, action.by));
      case "mute":
        video.muted = !video.muted;
        return;
      default:
        return turn[action.does]();
    }
  };
  element.addEventListener("keydown", (event) => {
    const action = actionOf(event.key);
    if (action && !event.defaultPrevented && isOurs(event)) {
      event.preventDefault();
      event.stopPropagation();
      act(action);
    }
  });
}

/** A button has its own use for the space bar, the volume for the arrows, a text for all of them. */
function isOurs(event: KeyboardEvent): boolean {
  const on = event.target as HTMLElement;
  if (event.ctrlKey || event.altKey || event.metaKey || on.matches("textarea, select")) {
    return false;
  }
  if (event.key === " ") {
    return !on.matches("button, summary, a[href]");
  }
  return !(event.key.startsWith("Arrow") && on.matches('input, [role="menuitemradio"]'));
}
