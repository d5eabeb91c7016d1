/**
 * What every page of Home Assistant loads: it names the card and the dashboard, and brings them when they are wanted.
 *
 * It is one file and shares nothing with those that it brings, so that nothing keeps the names from being known.
 */

import { elements } from "./elements";
import { register } from "./register";

register();

// Home Assistant's app replaces the browser's registry of elements. What was defined in that before is not found any
// more, and whether this file or the app arrives first is a matter of luck.
customElements.whenDefined("home-assistant").then(() => {
  for (const [name, element] of Object.entries(elements())) {
    // A page may hold this file twice, from before and after an update.
    if (!customElements.get(name)) customElements.define(name, element);
  }
});
