/** The parts of a presentation, each a button that leads there; the one being played is marked. */
import { timecode } from "../words";
import type { Deck, Part } from "./deck";
import { indexAt } from "./times";

export function bindChapterList(deck: Deck): Part[] {
  const list = deck.element.querySelector<HTMLElement>('[data-part="chapter-list"]');
  if (!list) {
    return [];
  }
  let buttons: HTMLElement[] = [];
  const follow = () => {
    const at = indexAt(startsOf(deck), deck.position_s);
    const begun = "begun" in deck.element.dataset;
    buttons.forEach((button, index) => {
      if (begun && index === at) {
        button.setAttribute("aria-current", "true");
      } else {
        button.removeAttribute("aria-current");
      }
    });
  };
  const show = () => {
    buttons = deck.chapters.map(({ start_s, title }) => buttonTo(deck, start_s, title));
    list.replaceChildren(...buttons.map(inItem));
    list.hidden = buttons.length === 0;
    follow();
  };
  for (const moved of ["timeupdate", "seeked"]) {
    deck.video.addEventListener(moved, follow);
  }
  show();
  return [{ sourced: () => startsOf(deck).length !== buttons.length && show() }];
}

function startsOf(deck: Deck): number[] {
  return deck.chapters.map(({ start_s }) => start_s);
}

function buttonTo(deck: Deck, start_s: number, title: string): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chapters__button";
  const time = document.createElement("span");
  time.className = "chapters__at";
  time.textContent = timecode(start_s);
  button.append(time, " ", title);
  button.addEventListener("click", () => deck.seek(start_s));
  return button;
}

function inItem(button: HTMLElement): HTMLElement {
  const item = document.createElement("li");
  item.append(button);
  return item;
}
