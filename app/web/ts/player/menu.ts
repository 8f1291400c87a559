/** A menu of choices of which one is checked, by keyboard as the ARIA practices have it. */

export interface Menu {
  check(value: string): void;
}

/** `list` holds buttons with `data-value`; `chosen` is told the value of the one that is pressed. */
export function bindMenu(
  opener: HTMLElement,
  list: HTMLElement,
  chosen: (value: string) => void,
): Menu {
  const items = Array.from(list.querySelectorAll<HTMLElement>("[data-value]"));
  const checked = () => items.find((item) => item.getAttribute("aria-checked") === "true");
  const open = (at = checked() ?? items[0]) => {
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    at?.focus();
  };
  const close = () => {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  };
  opener.addEventListener("click", () => (list.hidden ? open() : close()));
  opener.addEventListener("keydown", (event) => {
    if (list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      handled(event);
      open();
    }
  });
  list.addEventListener("keydown", (event) => {
    const to = target(event.key, items.indexOf(event.target as HTMLElement), items.length);
    if (to !== null) {
      handled(event);
      items[to]?.focus();
    } else if (event.key === "Escape") {
      handled(event);
      close();
      opener.focus();
    }
  });
  list.addEventListener("click", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("[data-value]");
    if (item) {
      chosen(item.dataset.value ?? "");
      close();
      opener.focus();
    }
  });
  for (const part of [list, opener]) {
    part.addEventListener("focusout", ({ relatedTarget }) => {
      const to = relatedTarget as Node | null;
      if (to !== opener && !list.contains(to)) {
        close();
      }
    });
  }
  return {
    check: (value) => {
      for (const item of items) {
        item.setAttribute("aria-checked", String(item.dataset.value === value));
      }
    },
  };
}

/** Where a key leads in a list of so many; null for a key that leads nowhere. */
export function target(key: string, at: number, count: number): number | null {
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

function handled(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
