/** Where an upload stands at the server, asked by a page that has not sent it. */
import { timeout } from "./http";

const ANSWER_MS = 5_000;

export type Standing = "begun" | "whole" | "gone";

/** What cannot be asked now is taken as begun: sending it will tell. */
export async function standingOf(url: string): Promise<Standing> {
  try {
    const answer = await fetch(url, {
      method: "HEAD",
      headers: { "Tus-Resumable": "1.0.0" },
      signal: timeout(ANSWER_MS),
    });
    if (answer.status === 404 || answer.status === 410) {
      return "gone";
    }
    const offset = answer.headers.get("Upload-Offset");
    return offset && offset === answer.headers.get("Upload-Length") ? "whole" : "begun";
  } catch {
    return "begun";
  }
}
