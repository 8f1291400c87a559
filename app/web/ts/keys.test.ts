import { beforeEach, expect, test } from "vitest";
import { bind } from "./keys";

const HINT = `<p data-visavis-keys hidden><span data-part="words"></span><button data-part="turn"></button></p>`;
const LIST = `<input id="mots"><a href="#1" data-part="result">Un</a><a href="#2" data-part="result">Deux</a>
  <a href="#suivants" rel="next">Suivants</a>`;

function open(content: string): void {
  document.body.replaceWith(document.createElement("body"));
  document.body.innerHTML = HINT + content;
  bind(document.querySelector("[data-visavis-keys]") as HTMLElement);
}

function press(key: string, on: Element = document.body, held: KeyboardEventInit = {}): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }));
}

function focused(): string | null | undefined {
  return document.activeElement?.textContent;
}

beforeEach(() => localStorage.clear());

test("J goes down the list and on to the next page, K comes back up", () => {
  open(LIST);
  const walked = ["j", "j", "J", "k"].map((key) => {
    press(key);
    return focused();
  });
  expect(walked).toEqual(["Un", "Deux", "Suivants", "Deux"]);
});

test("on a profile they lead to the one before and the one after", () => {
  open(`<a rel="prev" href="#avant">Avant</a><a rel="next" href="#apres">Après</a>`);
  const followed: string[] = [];
  document.body.addEventListener("click", (event) => {
    followed.push((event.target as HTMLElement).textContent ?? "");
  });
  press("j");
  press("k");
  expect(followed).toEqual(["Après", "Avant"]);
});

test("whoever types a word, or holds another key, goes nowhere", () => {
  open(LIST);
  const field = document.getElementById("mots") as HTMLElement;
  field.focus();
  press("j", field);
  expect(document.activeElement).toBe(field);
  field.blur();
  press("j", document.body, { ctrlKey: true });
  expect(document.activeElement).toBe(document.body);
});

test("one button switches them off, on the pages to come too, and on again", () => {
  open(LIST);
  const button = () => document.querySelector('[data-part="turn"]') as HTMLElement;
  button().click();
  open(LIST);
  press("j");
  expect(focused()).not.toBe("Un");
  expect(button().textContent).toBe("Activer les touches J et K");
  button().click();
  press("j");
  expect(focused()).toBe("Un");
});

test("the hint is there only with a script that keeps its word", () => {
  open(LIST);
  expect((document.querySelector("[data-visavis-keys]") as HTMLElement).hidden).toBe(false);
});
