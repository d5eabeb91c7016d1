/** What every page of Home Assistant loads: it names the card and the dashboard, and brings them when they are wanted. */

import { define } from "./define";
import { offer } from "./offers";
import { LibreViewCard, LibreViewDashboard } from "./shells";

define("libreview-card", LibreViewCard);
define("ll-strategy-dashboard-libreview", LibreViewDashboard);
offer();
