/** The elements that Home Assistant creates. They are small, and load card and strategy once they are used. */

import type { LibreViewCardView } from "./card/card";
import { type CardConfig, type Choices, choicesOf } from "./config";
import type { Hass } from "./hass";
import { updated } from "./register";
import type { DashboardConfig } from "./strategy";

/** Milliseconds until files that could not be had are asked for again. */
const PAUSE = 60_000;

/** What was loaded; where that fails, an error that says what to do: after an update the files have other names. */
async function brought<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch {
    throw new Error(updated());
  }
}

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
    /** By the clock that nobody sets. */
    #loadAt = -Infinity;

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
      if (this.#view || performance.now() < this.#loadAt) return;
      this.#loadAt = performance.now() + PAUSE;
      try {
        await brought(import("./card/card"));
      } catch (error) {
        this.#say((error as Error).message);
        return;
      }
      this.#view = document.createElement("libreview-card-view") as LibreViewCardView;
      this.#pass();
    }

    /** Show a sentence instead of the card. */
    #say(text: string): void {
      const notice = document.createElement("ha-alert");
      notice.setAttribute("alert-type", "warning");
      notice.textContent = text;
      this.replaceChildren(notice);
    }

    #pass(): void {
      const view = this.#view;
      if (!view) {
        if (this.isConnected) void this.#load();
        return;
      }
      if (!this.#hass || !this.#choices) return;
      view.hass = this.#hass;
      view.choices = this.#choices;
      if (!view.parentNode) this.replaceChildren(view);
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
      return { entities: (await brought(import("./person"))).glucoseSensors(hass), hours: "3" };
    }

    static async getConfigForm(): Promise<unknown> {
      return (await brought(import("./form"))).form();
    }
  }

  class LibreViewDashboard extends HTMLElement {
    static noEditor = true;
    static #strategy: typeof import("./strategy") | undefined;

    static async generate(_: unknown, hass: Hass): Promise<DashboardConfig> {
      LibreViewDashboard.#strategy = await brought(import("./strategy"));
      return LibreViewDashboard.#strategy.dashboard(hass);
    }

    /** Home Assistant asks at each change of anything, of the class alone. */
    static shouldRegenerate(_: unknown, before: Hass, now: Hass): boolean {
      return LibreViewDashboard.#strategy?.isOutdated(before, now) ?? false;
    }

    static async getCreateSuggestions(hass: Hass): Promise<{ title: string; icon: string }> {
      return (await brought(import("./strategy"))).suggestions(hass);
    }
  }

  return { "libreview-card": LibreViewCard, "ll-strategy-dashboard-libreview": LibreViewDashboard };
}
