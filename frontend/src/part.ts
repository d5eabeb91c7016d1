/** A part of the card in a file of its own, loaded once it is wanted. */

/** Milliseconds until a part that could not be had is asked for again. */
const PAUSE = 60_000;

export class Part {
  isLoaded = false;
  /** The file could not be had: after an update it has another name, until the page is loaded anew. */
  isMissing = false;
  /** By the clock that nobody sets. */
  #askAt = -Infinity;
  readonly #load: () => Promise<unknown>;

  constructor(load: () => Promise<unknown>) {
    this.#load = load;
  }

  /** Load it unless that was done, or failed a moment ago; `changed` is called after either. */
  want(changed: () => void): void {
    if (this.isLoaded || performance.now() < this.#askAt) return;
    this.#askAt = performance.now() + PAUSE;
    const end = (isLoaded: boolean) => () => {
      this.isLoaded = isLoaded;
      this.isMissing = !isLoaded;
      changed();
    };
    this.#load().then(end(true), end(false));
  }
}
