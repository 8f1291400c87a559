import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bind as autosave } from "./autosave";
import { bind as copy } from "./copy";
import { bind as counter } from "./counter";
import { bind as instant } from "./instant";
import { bind as reveal } from "./reveal";
import { bind as suggest } from "./suggest";

function page<Found extends HTMLElement>(html: string, selector: string): Found {
  document.body.innerHTML = html;
  return document.querySelector<Found>(selector) as Found;
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

function type(input: HTMLInputElement | HTMLTextAreaElement, words: string): void {
  input.value = words;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

beforeEach(() => {
  vi.useFakeTimers();
  document.head.innerHTML = '<meta name="csrf-token" content="jeton">';
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a form saves itself once after a quiet moment, with its token", async () => {
  const send = vi.fn(async () => json({}));
  vi.stubGlobal("fetch", send);
  const form = page<HTMLFormElement>('<form action="/moi/profil"><input name="a"></form>', "form");
  autosave(form);
  const input = form.querySelector("input") as HTMLInputElement;
  type(input, "v");
  await vi.advanceTimersByTimeAsync(500);
  type(input, "vendeuse");
  await vi.advanceTimersByTimeAsync(1000);
  expect(send).toHaveBeenCalledTimes(1);
  const [, options] = send.mock.calls[0] as unknown as [string, RequestInit];
  expect(String(options.body)).toBe("a=vendeuse");
  expect(options.headers).toMatchObject({ Accept: "application/json", "X-CSRF-Token": "jeton" });
  expect(form.querySelector(".saved")?.textContent).toBe("Enregistré");
});

const FIELD = `<form action="/x"><div class="field"><label for="about">Ton parcours</label>
  <p class="hint" id="about-hint">Sans ton numéro.</p>
  <textarea id="about" name="about" aria-describedby="about-hint"></textarea></div></form>`;

test("a refusal stands at its field in the server's words, and goes once it is saved", async () => {
  const detail = "Enlève le numéro de téléphone.";
  const answers = [json({ title: "x", errors: [{ pointer: "#/about", detail }] }, 422), json({})];
  vi.stubGlobal("fetch", async () => answers.shift());
  const form = page<HTMLFormElement>(FIELD, "form");
  autosave(form);
  const text = form.querySelector("textarea") as HTMLTextAreaElement;
  type(text, "06 12 34 56 78");
  await vi.advanceTimersByTimeAsync(1000);
  expect(text.previousElementSibling?.textContent).toBe(detail);
  expect(text.getAttribute("aria-describedby")).toBe("about-hint about-error");
  expect(text.getAttribute("aria-invalid")).toBe("true");
  expect(form.querySelector(".saved")?.textContent).toBe(
    "Pas enregistré\u00a0: il y a une chose à corriger plus haut.",
  );
  type(text, "Vendeuse");
  await vi.advanceTimersByTimeAsync(1000);
  expect(form.querySelector(".error")).toBeNull();
  expect(text.getAttribute("aria-describedby")).toBe("about-hint");
  expect(text.hasAttribute("aria-invalid")).toBe(false);
});

test("what a page brought wrong goes once it is saved", async () => {
  vi.stubGlobal("fetch", async () => json({}));
  const wrong = FIELD.replace('class="field"', 'class="field field--wrong"').replace(
    "<textarea",
    '<p class="error" id="about-error">Trop long.</p><textarea aria-invalid="true"',
  );
  const form = page<HTMLFormElement>(wrong, "form");
  autosave(form);
  type(form.querySelector("textarea") as HTMLTextAreaElement, "court");
  await vi.advanceTimersByTimeAsync(1000);
  expect(form.querySelector(".error, .field--wrong, [aria-invalid]")).toBeNull();
});

test("a refusal that names no field is told in its own words", async () => {
  vi.stubGlobal("fetch", async () => json({ title: "Ton texte est en relecture" }, 409));
  const form = page<HTMLFormElement>(FIELD, "form");
  autosave(form);
  type(form.querySelector("textarea") as HTMLTextAreaElement, "v");
  await vi.advanceTimersByTimeAsync(1000);
  expect(form.querySelector(".saved")?.textContent).toBe("Ton texte est en relecture");
});

test("a password is shown and hidden by its button, and leaves as a password", () => {
  const form = page<HTMLFormElement>(
    '<form><input id="password" type="password" autocomplete="new-password" value="secret"></form>',
    "form",
  );
  const input = form.querySelector("input") as HTMLInputElement;
  reveal(input);
  const button = form.querySelector("button") as HTMLButtonElement;
  expect(button.type).toBe("button");
  expect(button.textContent).toBe("Afficher");
  button.click();
  expect(input.type).toBe("text");
  expect(button.getAttribute("aria-label")).toBe("Masquer le mot de passe");
  expect(form.querySelector('[role="status"]')?.textContent).toBe("Mot de passe affiché");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.dispatchEvent(new Event("submit", { cancelable: true }));
  expect(input.type).toBe("password");
  expect(input.autocomplete).toBe("new-password");
});

test("a text that is said shows its words and its seconds, and all texts their sum", () => {
  const form = page<HTMLFormElement>(
    `<form><textarea id="a" data-visavis-counter="speech">un deux trois</textarea>
      <textarea id="b" data-visavis-counter="speech">quatre</textarea><p id="sum"></p></form>`,
    "form",
  );
  form.querySelectorAll<HTMLElement>("textarea, #sum").forEach(counter);
  expect(form.querySelector("#a-counter")?.textContent).toContain("3 mots, environ 1\u00a0s");
  type(form.querySelector("#b") as HTMLTextAreaElement, "quatre cinq");
  expect(form.querySelector("#sum")?.textContent).toContain("5 mots");
});

test("a limited text shows what is left and is described by it", () => {
  const text = page<HTMLTextAreaElement>(
    '<textarea id="a" maxlength="10" data-visavis-counter="characters" aria-describedby="a-hint">abc</textarea>',
    "textarea",
  );
  counter(text);
  expect(document.querySelector("#a-counter")?.textContent).toBe("Il reste 7 signes");
  expect(text.getAttribute("aria-describedby")).toBe("a-hint a-counter");
});

async function suggesting(): Promise<HTMLInputElement> {
  vi.stubGlobal("fetch", async () =>
    json([
      { value: "D1106", label: "Vendeuse en alimentation" },
      { value: "D1104", label: "Pâtisserie" },
    ]),
  );
  const input = page<HTMLInputElement>(
    '<form><input id="job" data-visavis-suggest="/metiers?q=" data-suggest-value="rome"><input type="hidden" name="rome"></form>',
    "#job",
  );
  suggest(input);
  type(input, "ven");
  await vi.advanceTimersByTimeAsync(300);
  return input;
}

function press(input: HTMLInputElement, key: string): void {
  input.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
}

test("suggestions are chosen with the keyboard, words in the field and value beside", async () => {
  const input = await suggesting();
  expect(input.getAttribute("aria-expanded")).toBe("true");
  press(input, "ArrowDown");
  expect(input.getAttribute("aria-activedescendant")).toMatch(/-0$/);
  press(input, "ArrowDown");
  press(input, "Enter");
  expect(input.value).toBe("Pâtisserie");
  expect(document.querySelector<HTMLInputElement>('[name="rome"]')?.value).toBe("D1104");
  expect(input.getAttribute("aria-expanded")).toBe("false");
});

test("who typed before the script came keeps the focus, and gets suggestions", async () => {
  vi.stubGlobal("fetch", async () => json([{ value: "59512", label: "Roubaix" }]));
  const input = page<HTMLInputElement>('<input data-visavis-suggest="/communes?q=">', "input");
  input.focus();
  input.value = "roub";
  suggest(input);
  expect(document.activeElement).toBe(input);
  await vi.advanceTimersByTimeAsync(300);
  expect(document.querySelector('[role="option"]')?.textContent).toBe("Roubaix");
});

test("words typed after a choice undo it", async () => {
  const input = await suggesting();
  press(input, "ArrowDown");
  press(input, "Enter");
  type(input, "autre chose");
  expect(document.querySelector<HTMLInputElement>('[name="rome"]')?.value).toBe("");
});

test("escape closes the suggestions and keeps what was typed", async () => {
  const input = await suggesting();
  press(input, "Escape");
  expect(document.querySelector<HTMLElement>('[role="listbox"]')?.hidden).toBe(true);
  expect(input.value).toBe("ven");
});

const COPIED =
  '<div><textarea id="link" readonly>https://x/1</textarea><button data-visavis-copies="link" hidden></button>' +
  '<p role="status"></p></div>';

test("a link is copied whole and it is said", async () => {
  const write = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText: write } });
  const button = page<HTMLButtonElement>(COPIED, "button");
  copy(button);
  expect(button.hidden).toBe(false);
  button.click();
  await vi.advanceTimersByTimeAsync(0);
  expect(write).toHaveBeenCalledWith("https://x/1");
  expect(document.querySelector('[role="status"]')?.textContent).toBe("Copié");
});

test("what a browser does not copy is selected, for one key to do", async () => {
  vi.stubGlobal("navigator", {});
  const button = page<HTMLButtonElement>(COPIED, "button");
  copy(button);
  button.click();
  await vi.advanceTimersByTimeAsync(0);
  const field = document.querySelector("textarea") as HTMLTextAreaElement;
  expect([field.selectionStart, field.selectionEnd]).toEqual([0, field.value.length]);
  expect(document.querySelector('[role="status"]')?.textContent).toContain("sélectionné");
});

test("where the video stands is noted on a line of its own, and the words follow", () => {
  const button = page<HTMLButtonElement>(
    '<div data-visavis-player><video></video></div><button data-visavis-notes="notes" hidden></button>' +
      '<textarea id="notes">0:05 Bravo</textarea>',
    "button",
  );
  const video = document.querySelector("video") as HTMLVideoElement;
  video.pause = vi.fn();
  Object.defineProperty(video, "currentTime", { value: 72.9 });
  instant(button);
  expect(button.hidden).toBe(false);
  button.click();
  const field = document.querySelector("textarea") as HTMLTextAreaElement;
  expect(field.value).toBe("0:05 Bravo\n1:12 ");
  expect(document.activeElement).toBe(field);
  expect(field.selectionStart).toBe(field.value.length);
  expect(video.pause).toHaveBeenCalled();
});
