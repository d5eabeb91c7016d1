/** The card without a browser: what it would draw, as text. */

import { ReactiveElement, type TemplateResult } from "lit";
import { vi } from "vitest";
import { LibreViewCardView } from "../src/card/card";
import type { Past } from "../src/history-subscription";

vi.mock("../src/chart/charts", () => ({}));

export interface Drawn {
  /** The markup, with what is in its elements. */
  markup: string;
  /** The properties that its elements get. */
  properties: Map<string, unknown>;
}

/** Read a template, with all that is in it. */
function read(template: unknown, into: Drawn): Drawn {
  if (Array.isArray(template)) for (const each of template) read(each, into);
  else if (template && typeof template === "object" && "strings" in template) {
    const { strings, values } = template as TemplateResult;
    strings.forEach((text, index) => {
      into.markup += text;
      const property = /\.(\w+)=$/.exec(text)?.[1];
      if (property) into.properties.set(property, values[index]);
      else read(values[index], into);
    });
  } else if (typeof template === "string" || typeof template === "number") into.markup += template;
  return into;
}

export class DrawnCard extends LibreViewCardView {
  onDrawn: (drawn: Drawn) => void = () => undefined;

  override readonly isConnected = true;

  protected override createRenderRoot() {
    return {} as HTMLElement;
  }

  protected override update(changed: Map<PropertyKey, unknown>): void {
    // biome-ignore lint/complexity/useLiteralKeys: it is protected, and LitElement's own wants a page to draw on.
    ReactiveElement.prototype["update"].call(this, changed);
    this.onDrawn(read(this.render(), { markup: "", properties: new Map() }));
  }
}

/** What stands in the first element of this class, without the marks. */
export function textOf({ markup }: Drawn, name: string): string | undefined {
  const found = new RegExp(`<(\\w+)[^>]*class="?${name}(?=["\\s>])[^>]*>(.*?)</\\1>`, "s").exec(markup);
  return found?.[2]
    ?.replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

export const pastOf = (drawn: Drawn) => drawn.properties.get("past") as Past | undefined;
