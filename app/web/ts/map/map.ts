/** Outlines of priority neighbourhoods on an empty ground: a click, or the middle of the map, says in or out. */
import * as leaflet from "leaflet";
import { _ } from "../french";
import { postJson } from "../http";
import { cellsOf, read, written } from "./cells";

const ZOOM_FIRST = 14;
const ZOOM_MIN = 12; // a wider view would ask for too many cells
const ZOOM_MAX = 18;

interface Piece {
  qpv: { code: string; name: string; outline: [number, number][][][] }[];
  communes: { name: string; latitude: number; longitude: number }[];
}

interface Told {
  standing: "inside" | "outside" | "edge";
  name: string;
}

export class Neighbourhoods {
  private readonly box = document.createElement("div");
  private readonly word = document.createElement("p");
  private readonly known = new Set<string>();
  private readonly outlines = leaflet.layerGroup();
  private readonly map: leaflet.Map;
  private mark: leaflet.CircleMarker | null = null;
  private asked = 0;

  constructor(private readonly element: HTMLElement) {
    this.box.className = "finder__ground";
    this.box.setAttribute("role", "application");
    this.box.setAttribute(
      "aria-label",
      _("Carte : les flèches la déplacent, + et − l’agrandissent, Entrée choisit son milieu"),
    );
    this.word.className = "finder__word";
    this.word.setAttribute("role", "status");
    element.append(this.box, this.middle(), this.word);
    this.map = leaflet.map(this.box, {
      attributionControl: false,
      minZoom: ZOOM_MIN,
      maxZoom: ZOOM_MAX,
      fadeAnimation: false,
      zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      zoomControl: false,
    });
  }

  show(): void {
    leaflet.control
      .zoom({ zoomInTitle: _("Agrandir"), zoomOutTitle: _("Réduire") })
      .addTo(this.map);
    this.map.on("moveend", () => void this.draw());
    this.map.on("click", ({ latlng }) => void this.choose(latlng.lat, latlng.lng));
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === this.box) {
        event.preventDefault(); // it would send the form
        this.chooseMiddle();
      }
    });
    this.field?.addEventListener("change", () => this.typed());
    this.outlines.addTo(this.map);
    this.vintages?.addEventListener("change", () => void this.change());
    const { latitude, longitude } = this.element.dataset;
    this.map.setView(
      read(this.field?.value ?? "") ?? [Number(latitude), Number(longitude)],
      ZOOM_FIRST,
    );
    this.typed();
    this.box.focus();
  }

  private get field(): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>(`#${this.element.dataset.field}`);
  }

  private get vintages(): HTMLSelectElement | null {
    return document.querySelector<HTMLSelectElement>('select[name="vintage"]');
  }

  private get vintage(): number {
    return Number(this.vintages?.value ?? this.element.dataset.vintage);
  }

  /** Shows the outlines of another vintage, and says anew where the place stands in them. */
  private async change(): Promise<void> {
    this.outlines.clearLayers();
    this.known.clear();
    const place = this.mark?.getLatLng();
    await Promise.all([this.draw(), place && this.choose(place.lat, place.lng)]);
  }

  private middle(): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--secondary";
    button.textContent = _("Choisir le milieu de la carte");
    button.addEventListener("click", () => this.chooseMiddle());
    return button;
  }

  private chooseMiddle(): void {
    const { lat, lng } = this.map.getCenter();
    void this.choose(lat, lng);
  }

  private typed(): void {
    const place = read(this.field?.value ?? "");
    if (place) {
      this.map.panTo(place);
      void this.choose(...place);
    }
  }

  private async draw(): Promise<void> {
    const view = this.map.getBounds();
    const cells = cellsOf({
      west: view.getWest(),
      south: view.getSouth(),
      east: view.getEast(),
      north: view.getNorth(),
    });
    await Promise.all(cells.map((cell) => this.add(`${this.vintage}/${cell}`)));
  }

  private async add(address: string): Promise<void> {
    if (this.known.has(address)) {
      return;
    }
    this.known.add(address);
    try {
      const response = await fetch(`/lieux/contours/${address}`, {
        headers: { Accept: "application/json" },
      });
      if (!response.ok) {
        throw new Error(address);
      }
      const piece = (await response.json()) as Piece;
      if (this.known.has(address)) {
        this.paint(piece); // of the vintage that is still looked at
      }
    } catch {
      this.known.delete(address); // the next move asks again
    }
  }

  private paint(piece: Piece): void {
    for (const { code, name, outline } of piece.qpv) {
      if (!this.known.has(code)) {
        this.known.add(code);
        const shape = outline.map((polygon) =>
          polygon.map((ring) => ring.map(([x, y]) => leaflet.latLng(y, x))),
        );
        leaflet
          .polygon(shape, { className: "finder__area", interactive: false })
          .bindTooltip(textOf(name), {
            permanent: true,
            direction: "center",
            className: "finder__name",
          })
          .addTo(this.outlines);
      }
    }
    for (const { name, latitude, longitude } of piece.communes) {
      leaflet
        .circleMarker([latitude, longitude], {
          radius: 3,
          className: "finder__town",
          interactive: false,
        })
        .bindTooltip(textOf(name), {
          permanent: true,
          direction: "right",
          className: "finder__town-name",
        })
        .addTo(this.outlines);
    }
  }

  private async choose(latitude: number, longitude: number): Promise<void> {
    this.mark?.remove();
    this.mark = leaflet.circleMarker([latitude, longitude], {
      radius: 9,
      className: "finder__here",
      interactive: false,
    });
    this.mark.addTo(this.map);
    if (this.field) {
      this.field.value = written(latitude, longitude);
    }
    document.querySelector<HTMLInputElement>('input[name="answer"][value="point"]')?.click();
    this.asked += 1;
    const { asked } = this;
    const word = await this.told(latitude, longitude);
    if (asked === this.asked) {
      this.word.textContent = word; // an older answer may come late
    }
  }

  private async told(latitude: number, longitude: number): Promise<string> {
    try {
      const response = await postJson("/lieux/quartier", {
        latitude,
        longitude,
        vintage: this.vintage,
      });
      if (response.ok) {
        const { standing, name } = (await response.json()) as Told;
        return (this.element.dataset[standing] ?? "").replace("{name}", name);
      }
    } catch {
      // said below
    }
    return _("On ne peut pas le dire maintenant. Enregistrer le dira.");
  }
}

/** A name as it is written: what a file calls a place is text, never markup. */
function textOf(name: string): HTMLElement {
  const text = document.createElement("span");
  text.textContent = name;
  return text;
}
