/** How somebody likes to film, remembered on this phone for their account alone. */

export interface Settings {
  /** Sending while filming; null until it was decided once. */
  live: boolean | null;
  prompter: "scroll" | "repeat" | "none";
  words_a_minute: number;
  size: number;
  mirrored: boolean;
}

const DEFAULTS: Settings = {
  live: null,
  prompter: "scroll",
  words_a_minute: 110,
  size: 2,
  mirrored: false,
};

export function readSettings(account: string): Settings {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(keyOf(account)) ?? "{}") };
  } catch {
    return { ...DEFAULTS };
  }
}

export function keepSettings(account: string, settings: Settings): void {
  try {
    localStorage.setItem(keyOf(account), JSON.stringify(settings));
  } catch {
    // a browser that keeps nothing asks again next time
  }
}

function keyOf(account: string): string {
  return `visavis-studio-${account}`;
}
