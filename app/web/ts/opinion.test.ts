import { afterEach, expect, test, vi } from "vitest";
import { QUALIFIED } from "./beacon";
import { bind } from "./opinion";

const KEPT = { type: "opaqueredirect" } as Response;

function asked(opinion = ""): HTMLElement {
  const answers = ["learned", "changed"].map(
    (said) => `<button name="said" value="${said}" aria-pressed="${said === opinion}"></button>`,
  );
  document.body.innerHTML = `<section data-visavis-opinion hidden>
    <form method="post" action="/candidats/x/avis"><input type="hidden" name="csrf_token" value="t">
    ${answers.join("")}<button name="said" value="nothing" ${opinion ? "" : "hidden"}></button></form></section>`;
  const section = document.querySelector("section") as HTMLElement;
  bind(section);
  return section;
}

async function press(section: HTMLElement, said: string): Promise<void> {
  section.querySelector<HTMLElement>(`[value="${said}"]`)?.click();
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
  await new Promise((resolve) => setTimeout(resolve));
}

function pressed(section: HTMLElement): string[] {
  const found = section.querySelectorAll<HTMLButtonElement>('[aria-pressed="true"]');
  return [...found].map((button) => button.value);
}

afterEach(() => vi.unstubAllGlobals());

test("the question comes once the view counts", () => {
  const section = asked();
  expect(section.hidden).toBe(true);
  document.dispatchEvent(new Event(QUALIFIED));
  expect(section.hidden).toBe(false);
});

test("an answer is kept without leaving the page", async () => {
  const fetched = vi.fn(async (_url: string, _options: RequestInit) => KEPT);
  vi.stubGlobal("fetch", fetched);
  const section = asked();
  await press(section, "changed");
  expect(String(fetched.mock.calls[0]?.[1].body)).toBe("said=changed&csrf_token=t");
  expect(pressed(section)).toEqual(["changed"]);
  expect(section.querySelector<HTMLElement>('[value="nothing"]')?.hidden).toBe(false);
});

test("an answer is taken back, and the keyboard stays among the answers", async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => KEPT),
  );
  const section = asked("changed");
  section.hidden = false;
  await press(section, "nothing");
  expect(pressed(section)).toEqual([]);
  expect(section.querySelector<HTMLElement>('[value="nothing"]')?.hidden).toBe(true);
  expect(document.activeElement).toBe(section.querySelector('[value="learned"]'));
});

test("what cannot be sent so is sent as a form", async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => ({ type: "basic", status: 403 }) as Response),
  );
  const section = asked();
  const form = section.querySelector("form") as HTMLFormElement;
  form.submit = vi.fn();
  await press(section, "learned");
  expect(form.submit).toHaveBeenCalled();
  expect(new FormData(form).get("said")).toBe("learned");
  expect(pressed(section)).toEqual([]);
});
