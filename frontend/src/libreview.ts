/**
 * What every page of Home Assistant loads: it names the card and the dashboard, and brings them when they are wanted.
 *
 * It is one file and shares nothing with those that it brings, so that nothing keeps the names from being known.
 */

import { offer } from "./offers";
import { LibreViewCard, LibreViewDashboard } from "./shells";

// A page may hold this file twice, from before and after an update.
for (const [name, element] of [
  ["libreview-card", LibreViewCard],
  ["ll-strategy-dashboard-libreview", LibreViewDashboard],
] as const) {
  if (!customElements.get(name)) customElements.define(name, element);
}
offer();
