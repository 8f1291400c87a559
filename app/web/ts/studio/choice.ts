/** Which takes make the video: all of it in one go, or one for each part of the script. */
import type { Take } from "./takes";

/** Takes in the order in which they play. */
export function chosenOf(takes: Take[]): Take[] {
  return takes.filter((take) => take.chosen).sort((one, other) => one.part - other.part);
}

/**
 * Chooses a take, or no longer, and returns those that changed: a part has one take, and all of it in one go and
 * parts exclude each other.
 */
export function choose(takes: Take[], wanted: Take): Take[] {
  const wants = !wanted.chosen;
  return takes.filter((take) => {
    const stays = take === wanted ? wants : take.chosen && (!wants || goTogether(take, wanted));
    const differs = take.chosen !== stays;
    take.chosen = stays;
    take.later &&= stays;
    return differs;
  });
}

function goTogether(take: Take, wanted: Take): boolean {
  return take.kind === wanted.kind && take.part > 0 && wanted.part > 0 && take.part !== wanted.part;
}

/** Milliseconds that may still be filmed for a part. */
export function room_ms(takes: Take[], part: number, max_ms: number): number {
  const others = chosenOf(takes).filter((take) => part > 0 && take.part > 0 && take.part !== part);
  return others.reduce((left, take) => left - take.duration_ms, max_ms);
}

/** The next part without a chosen take, null when each of them has one. */
export function nextPart(takes: Take[], parts: number): number | null {
  const filmed = new Set(chosenOf(takes).map((take) => take.part));
  const lacking = Array.from({ length: parts }, (_nothing, at) => at + 1).filter(
    (part) => !filmed.has(part),
  );
  return lacking[0] ?? null;
}

export function sizeOf(takes: Take[]): number {
  return takes.reduce((sum, take) => sum + take.bytes, 0);
}

/** Seconds that a take was filmed for, null where our timer cannot know: what plays in the end is held against it. */
export function filmedLength_s({ interrupted, duration_ms }: Take): number | null {
  return interrupted ? null : duration_ms / 1_000;
}
