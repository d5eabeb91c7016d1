/** Give an element its name, once: a page may hold the same file twice, from before and after an update. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
