import { expect, test, vi } from "vitest";

vi.mock("../src/card/card", () => {
  throw new Error("Failed to fetch dynamically imported module");
});
vi.mock("../src/strategy", () => {
  throw new Error("Failed to fetch dynamically imported module");
});

/** The little of a page that the elements need. */
class PlainElement {
  style = {};
  isConnected = true;
  textContent = "";
  children: PlainElement[] = [];
  setAttribute(): void {}
  replaceChildren(...children: PlainElement[]): void {
    this.children = children;
  }
}

test("when the files are gone after an update, card and dashboard say what to do", async () => {
  vi.stubGlobal("HTMLElement", PlainElement);
  vi.stubGlobal("document", { documentElement: { lang: "de" }, createElement: () => new PlainElement() });
  const { elements } = await import("../src/elements");
  const { "libreview-card": Card, "ll-strategy-dashboard-libreview": Dashboard } = elements();
  const card = new (Card as unknown as new () => PlainElement & { connectedCallback(): void })();
  card.connectedCallback();
  await vi.waitFor(() => expect(card.children[0]?.textContent).toMatch(/Lade diese Seite neu/));
  const { generate } = Dashboard as unknown as { generate(_: unknown, hass: unknown): Promise<unknown> };
  await expect(generate({}, {})).rejects.toThrow(/Lade diese Seite neu/);
  vi.unstubAllGlobals();
});
