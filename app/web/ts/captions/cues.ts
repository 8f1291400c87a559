/** Captions as a list: what cannot be read in time, and what each change makes of the list; nothing here is a page. */

export interface Cue {
  start_s: number;
  end_s: number;
  text: string;
}

/** The rules of app/videos/captions.py, which the page brings along. */
export interface Limits {
  lines: number;
  line: number;
  cps: number;
  shortest_s: number;
}

export interface Told {
  cues: Cue[];
  revision: number;
  limits: Limits;
  words: Record<string, string>;
}

const NEW_LASTS_S = 2;
const SHORTEST_NEW_S = 0.1;

/** The names of what is wrong, as the server says them. */
export function faultsOf(cue: Cue, limits: Limits): string[] {
  const lines = cue.text.trim().split("\n");
  const lasts_s = cue.end_s - cue.start_s;
  const characters = lines.reduce((sum, line) => sum + line.trim().length, 0);
  const isBrief = lasts_s < limits.shortest_s;
  const found: [name: string, isSo: boolean][] = [
    ["fast", !isBrief && characters > limits.cps * lasts_s],
    ["brief", isBrief],
    ["wide", lines.some((line) => line.trim().length > limits.line)],
    ["tall", lines.length > limits.lines],
  ];
  return found.filter(([, isSo]) => isSo).map(([name]) => name);
}

/** Cuts one in two where the cursor is; the time is shared by the length of the words. */
export function split(cues: Cue[], at: number, caret: number): Cue[] {
  const cue = cues[at];
  if (!cue?.text.slice(0, caret).trim() || !cue.text.slice(caret).trim()) {
    return cues;
  }
  const share = caret / cue.text.length;
  const between_s = rounded(cue.start_s + (cue.end_s - cue.start_s) * share);
  const halves = [
    { start_s: cue.start_s, end_s: between_s, text: cue.text.slice(0, caret).trim() },
    { start_s: between_s, end_s: cue.end_s, text: cue.text.slice(caret).trim() },
  ];
  return [...cues.slice(0, at), ...halves, ...cues.slice(at + 1)];
}

/** Joins one with the next: each keeps its line where both have one. */
export function merge(cues: Cue[], at: number): Cue[] {
  const [first, second] = [cues[at], cues[at + 1]];
  if (!first || !second) {
    return cues;
  }
  const between = `${first.text}${second.text}`.includes("\n") ? " " : "\n";
  const text = [first.text, second.text].filter(Boolean).join(between);
  const joined = { start_s: first.start_s, end_s: Math.max(first.end_s, second.end_s), text };
  return [...cues.slice(0, at), joined, ...cues.slice(at + 2)];
}

export function remove(cues: Cue[], at: number): Cue[] {
  return cues.filter((_cue, place) => place !== at);
}

/** Adds an empty one at an instant, after the one that stands there, and until the next. */
export function insert(cues: Cue[], at_s: number): Cue[] {
  const standing = cues[currentAt(cues, at_s)];
  const start_s = rounded(standing ? standing.end_s : at_s);
  const next = cues.find((cue) => cue.start_s > start_s);
  const end_s = Math.max(
    start_s + SHORTEST_NEW_S,
    Math.min(start_s + NEW_LASTS_S, next?.start_s ?? Infinity),
  );
  return ordered([...cues, { start_s, end_s: rounded(end_s), text: "" }]);
}

export function ordered(cues: Cue[]): Cue[] {
  return [...cues].sort((one, other) => one.start_s - other.start_s);
}

/** Which one stands at an instant, -1 for none. */
export function currentAt(cues: Cue[], at_s: number): number {
  return cues.findIndex((cue) => cue.start_s <= at_s && at_s < cue.end_s);
}

/** To the millisecond, and not before the beginning. */
export function rounded(at_s: number): number {
  return Math.max(0, Math.round(at_s * 1000) / 1000);
}

/** « 1:02,3 ». */
export function instantOf(at_s: number): string {
  const tenths = Math.floor(at_s * 10 + 0.001);
  const seconds = String(Math.floor(tenths / 10) % 60).padStart(2, "0");
  return `${Math.floor(tenths / 600)}:${seconds},${tenths % 10}`;
}

/** What one takes away, when it cannot be kept here. */
export function asText(cues: Cue[]): string {
  return cues.map((cue) => `${instantOf(cue.start_s)}\n${cue.text}\n`).join("\n");
}
