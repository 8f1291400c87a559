/** How pages ask the server: JSON, with the session's CSRF token. */

const ANSWER_MS = 20_000;

export interface Problem {
  status: number;
  type?: string;
  title?: string;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

export function postJson(url: string, body: unknown, keepalive = false): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRF-Token": csrfToken(),
    },
    body: JSON.stringify(body),
    credentials: "same-origin",
    keepalive,
    // what leaves with its page is waited for by nobody
    ...(!keepalive && { signal: timeout(ANSWER_MS) }),
  });
}

/** Reads what the server says of a refusal; never throws, whatever stands in the body. */
export async function problemOf(response: Response): Promise<Problem> {
  const said: unknown = await response.json().catch(() => null);
  return { ...(typeof said === "object" ? said : {}), status: response.status };
}

/** The sentence for the person: the first wrong field, else what to do, else what happened. */
export function sentenceOf(problem: Problem): string {
  return problem.errors?.[0]?.detail || problem.detail || problem.title || "";
}

/** The stable name of a refusal, empty where the server gives none. */
export function slugOf(problem: Problem): string {
  return problem.type?.split("/").pop() ?? "";
}

/** As `AbortSignal.timeout`, which browsers of three years ago lack. */
export function timeout(duration_ms: number): AbortSignal {
  const late = new AbortController();
  window.setTimeout(() => late.abort(), duration_ms);
  return late.signal;
}
