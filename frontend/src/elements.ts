/** The elements that Home Assistant creates. They are small, and load card and strategy once they are used. */

import type { LibreViewCardView } from "./card/card";
import { type CardConfig, type Choices, choicesOf } from "./config";
import type { Hass } from "./hass";
import type { DashboardConfig } from "./strategy";

/**
 * Return the classes of the elements by their names.
 *
 * To be called only once Home Assistant's app is there, since that replaces the browser's HTMLElement by its own.
 */
export function elements(): Record<string, CustomElementConstructor> {
  class LibreViewCard extends HTMLElement {
    #view: LibreViewCardView | undefined;
    #hass: Hass | undefined;
    #choices: Choices | undefined;

    /** Home Assistant shows what is thrown here instead of the card. */
    setConfig(config: CardConfig): void {
      this.#choices = choicesOf(config);
      this.#pass();
    }

    set hass(hass: Hass) {
      this.#hass = hass;
      this.#pass();
    }

    connectedCallback(): void {
      this.style.display = "block";
      this.style.height = "100%";
      void this.#load();
    }

    async #load(): Promise<void> {
      if (this.#view) return;
      await import("./card/card");
      if (this.#view) return;
      this.#view = document.createElement("libreview-card-view") as LibreViewCardView;
      this.#pass();
    }

    #pass(): void {
      const view = this.#view;
      if (!view || !this.#hass || !this.#choices) return;
      view.hass = this.#hass;
      view.choices = this.#choices;
      if (!view.parentNode) this.append(view);
    }

    getCardSize(): number {
      const { curve, ranges } = this.#choices ?? { curve: true, ranges: true };
      return 3 + (curve ? 6 : 0) + (ranges ? 3 : 0);
    }

    getGridOptions(): Record<string, number | string> {
      return { columns: 12, min_columns: 6, rows: "auto", min_rows: 3 };
    }

    /** Return the configuration of a new card: everybody. */
    static async getStubConfig(hass: Hass): Promise<Partial<CardConfig>> {
      return { entities: (await import("./person")).glucoseSensors(hass), hours: "3" };
    }

    static async getConfigForm(): Promise<unknown> {
      return (await import("./form")).form();
    }
  }

  class LibreViewDashboard extends HTMLElement {
    static noEditor = true;

    static async generate(_: unknown, hass: Hass): Promise<DashboardConfig> {
      return (await import("./strategy")).dashboard(hass);
    }

    static async getCreateSuggestions(hass: Hass): Promise<{ title: string; icon: string }> {
      return (await import("./strategy")).suggestions(hass);
    }
  }

  return { "libreview-card": LibreViewCard, "ll-strategy-dashboard-libreview": LibreViewDashboard };
}
