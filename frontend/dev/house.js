/**
 * A house without Home Assistant: what the card is given there, with made-up persons.
 *
 * The address may ask for `scene` (see SCENES), `language`, `dark`, `panel`, `unit=mmol/L`, `zone`, `hours`, `span`,
 * `persons=2`, `time=12`, `guest` (who is no administrator), `ahead` (how many seconds too far the browser's clock is) and `built` (the folder of the built card).
 */

const asked = new URLSearchParams(location.search);
const MINUTE = 60;
const HOUR = 3600;
const now = Math.floor(Date.now() / 1000) - Number(asked.get("ahead") ?? 0);
const unit = asked.get("unit") ?? "mg/dL";
const shown = (mgDl) => (unit === "mmol/L" ? Math.round(mgDl / 1.8) / 10 : Math.round(mgDl));
const language = asked.get("language") ?? "en";

/** What a scene says of the person: the glucose at its end, its states, how long ago it was measured. */
const SCENES = {
  normal: { end: 124, trend: "stable", range: "in_range", change: 1 },
  rising: { end: 171, trend: "rising", range: "in_range", change: 8 },
  low: { end: 63, trend: "falling", range: "low", change: -7 },
  very_low: { end: 48, trend: "falling_fast", range: "very_low", change: -11 },
  high: { end: 226, trend: "rising", range: "high", change: 9 },
  very_high: { end: 401, trend: "rising_fast", range: "very_high", change: 14, beyond: "above" },
  fading: { end: 124, trend: "stable", range: "in_range", change: 1, age: 11 * MINUTE },
  stale: { age: 47 * MINUTE, status: "signal_lost" },
  terms: { age: 47 * MINUTE, cause: "terms" },
  ended: { age: 5 * HOUR, status: "expired", expires: -5 * HOUR },
  empty: { age: Number.NaN, status: "no_sensor" },
  refused: { end: 124, trend: "stable", range: "in_range", change: 1 },
  offline: { end: 124, trend: "stable", range: "in_range", change: 1, age: 4 * MINUTE },
};
SCENES.diary = SCENES.normal;
SCENES.sparse = SCENES.normal;
SCENES.little = SCENES.normal;
const scene = asked.get("scene") ?? "normal";
const at = SCENES[scene];

/** Glucose in mg/dL at an instant: meals, a night, a little noise, the same at every visit. */
function glucose(instant, end) {
  const hour = (instant / HOUR) % 24;
  const meal = (time, size) => {
    const since = (hour - time + 24) % 24;
    return since < 5 ? size * since * Math.exp(1 - since / 0.9) : 0;
  };
  const noise = Math.sin(instant / 311) * 2.5 + Math.sin(instant / 97) * 1.2;
  const usual =
    108 + meal(7.5, 84) + meal(12.6, 70) + meal(18.5, 96) - 16 * Math.sin((hour / 24) * 2 * Math.PI) + noise;
  const nearEnd = Math.exp(-Math.max(0, now - (at.age ?? 40) - instant) / (40 * MINUTE));
  return usual * (1 - nearEnd) + (end ?? usual) * nearEnd;
}

function readings(hours) {
  const t = [];
  const v = [];
  const last = now - (at.age ?? 40);
  if (Number.isNaN(last)) return { t, v };
  const step = scene === "sparse" ? 5 * MINUTE : MINUTE;
  for (let instant = last - hours * HOUR; instant <= last; instant += step) {
    const ago = now - instant;
    if (ago > 100 * MINUTE && ago < 135 * MINUTE) continue; // a sensor out of reach
    if (ago > 9.5 * HOUR && ago < 10.6 * HOUR) continue; // a new sensor warming up
    t.push(Math.round(instant));
    v.push(shown(Math.min(400, Math.max(40, glucose(instant, at.end)))));
  }
  return { t, v };
}

const entry = (ago, kind, amount, entryUnit, text = "", precision = "minute") => ({
  kind,
  at: now - Math.round(ago * MINUTE),
  amount,
  unit: entryUnit,
  text,
  precision,
});
const DIARY = [
  entry(21 * 60, "long_acting_insulin", 14, "U"),
  entry(19 * 60, "carbohydrates", 62, "g"),
  entry(19 * 60 + 4, "rapid_acting_insulin", 5.5, "U"),
  entry(14 * 60, "note", null, null, "Football until nine, half the usual dose afterwards"),
  entry(8 * 60, "rapid_acting_insulin", null, "U", "", "hour"),
  entry(152, "carbohydrates", 48, "g"),
  entry(150, "rapid_acting_insulin", 4, "U"),
  entry(70, "note", null, null, "Walk <b>in the park</b> & an ice cream"),
];
const RICH = [
  ...DIARY,
  ...Array.from({ length: 30 }, (_, index) =>
    entry(
      60 + index * 43,
      ["carbohydrates", "rapid_acting_insulin", "note"][index % 3],
      index % 3 === 2 ? null : 3 + index,
      ["g", "U", null][index % 3],
      index % 3 === 2 ? "A snack" : "",
    ),
  ),
  entry(38, "blood_glucose", shown(121), unit),
  entry(36, "ketones", 0.2, "mmol/L"),
].sort((one, other) => one.at - other.at);

const thresholds = { very_low: shown(54), low: shown(70), high: shown(180), very_high: shown(250) };
const zone = "Europe/Berlin";

const deviceOf = ({ entity_id }) => entities[entity_id].device_id;

const ANSWERS = {
  "libreview/metrics": ({ days, entity_id }) => ({
    device_id: deviceOf({ entity_id }),
    start: now - days * 24 * HOUR,
    end: now,
    completeness: scene === "little" ? 0.31 : 0.94,
    enough: scene !== "little" && scene !== "empty",
    mean: shown(142),
    sd: shown(45),
    cv: 31.8,
    gmi: 6.71,
    unit,
    shares: { very_low: 0.004, low: 0.031, in_range: 0.792, high: 0.142, very_high: 0.031 },
    episodes: { low: 6, very_low: 1, high: 17, very_high: 3 },
  }),
  "libreview/agp": (message) => ({
    device_id: deviceOf(message),
    start: now - 14 * 24 * HOUR,
    end: now,
    unit,
    zone,
    days: scene === "little" ? 4 : 14,
    enough: scene !== "little",
    thresholds,
    bins: Array.from({ length: 96 }, (_, index) => {
      const minute = index * 15;
      if (scene === "empty") return { minute, p5: null, p25: null, p50: null, p75: null, p95: null };
      const middle = glucose(minute * MINUTE + 1e6 * 24 * HOUR, undefined);
      const width = 22 + middle / 8;
      return {
        minute,
        p5: shown(Math.max(50, middle - 1.7 * width)),
        p25: shown(middle - 0.7 * width),
        p50: shown(middle),
        p75: shown(middle + 0.8 * width),
        p95: shown(middle + 2.2 * width),
      };
    }),
  }),
};

function subscribe(callback, message) {
  if (scene === "refused") return Promise.reject({ code: "unknown_command", message: "Unknown command." });
  const past = readings(message.hours);
  const present = () => Math.floor(Date.now() / 1000) - Number(asked.get("ahead") ?? 0);
  window.news = (event) =>
    callback({ kind: "news", t: [], v: [], below: [], above: [], diary: [], now: present(), ...event });
  window.past = () => callback({ ...told, now: present() });
  const told = {
    kind: "window",
    device_id: deviceOf(message),
    start: now - message.hours * HOUR,
    end: now,
    unit,
    zone,
    thresholds,
    gap: 15 * MINUTE,
    ...past,
    diary: scene === "diary" ? RICH : scene === "empty" ? [] : DIARY,
    sensor_changes: scene === "empty" ? [] : [now - Math.round(9.5 * HOUR)],
    max_age: 15 * MINUTE,
    below: [],
    above: at.beyond === "above" ? past.t.slice(-1) : [],
  };
  window.past();
  connection.connected = scene !== "offline"; // From now on.
  if (at.cause) callback({ kind: "cause", key: at.cause, repair: true, now: present() });
  return Promise.resolve(() => Promise.resolve());
}

const iso = (seconds) => new Date(seconds * 1000).toISOString();
const states = {};
const entities = {};
const devices = {};

function person(id, name, says) {
  devices[id] = { id, name };
  const add = (platform, key, state, attributes = {}) => {
    const entityId = `${platform}.${id}_${key}`;
    entities[entityId] = { entity_id: entityId, device_id: id, platform: "libreview", translation_key: key };
    states[entityId] = { entity_id: entityId, state: String(state ?? "unknown"), attributes };
  };
  const current = says.end !== undefined && !(says.age > 15 * MINUTE);
  const glucoseAttributes = {
    unit_of_measurement: unit,
    measuring_range: says.beyond ?? "within",
    measurement_timestamp: Number.isNaN(says.age) ? null : iso(now - (says.age ?? 40)),
  };
  add("sensor", "glucose", current ? shown(says.end) : undefined, glucoseAttributes);
  add("sensor", "trend", says.trend);
  add("sensor", "range", says.range);
  add("sensor", "change", current ? shown(says.change) : undefined, { unit_of_measurement: unit });
  add("sensor", "sensor_status", says.status ?? "active");
  add(
    "sensor",
    "sensor_expires",
    says.status === "no_sensor" ? undefined : iso(now + (says.expires ?? 9.4 * 24 * HOUR)),
  );
}

person("sam", "Sam Specimen", at);
const configured = ["sensor.sam_glucose"];
if (Number(asked.get("persons")) > 1) {
  person("robin", "Robin Sample", { end: 66, trend: "falling", range: "low", change: -4 });
  configured.push("sensor.robin_glucose");
}
if (Number(asked.get("persons")) > 2) {
  person("kim", "Kim-Alexandra Example-Longname", { age: 3 * HOUR, status: "signal_lost" });
  configured.push("sensor.kim_glucose");
}

const translations = await (
  await fetch(
    `../../custom_components/libreview/translations/${["de"].includes(language) ? language : "en"}.json`,
  )
).json();

function localize(key) {
  const path = key.replace("component.libreview.", "").split(".");
  return path.reduce((part, name) => part?.[name], translations) ?? "";
}

const listeners = { ready: new Set(), disconnected: new Set() };
const connection = {
  connected: true,
  subscribeMessage: async (callback, message) => {
    if (message.type !== "libreview/subscribe") throw { code: "unknown_command" };
    return subscribe(callback, message);
  },
  addEventListener: (name, listener) => listeners[name].add(listener),
  removeEventListener: (name, listener) => listeners[name].delete(listener),
};

const dark = asked.has("dark");
document.documentElement.lang = language;
document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
document.body.classList.toggle("dark", dark);
document.body.classList.toggle("panel", asked.has("panel"));

customElements.define("home-assistant", class extends HTMLElement {});
customElements.define(
  "ha-card",
  class extends HTMLElement {
    connectedCallback() {
      this.style.background = "var(--ha-card-background, var(--card-background-color))";
      this.style.borderRadius = "12px";
      this.style.boxShadow = dark ? "none" : "0 1px 2px #0002";
    }
  },
);

const house = {
  states,
  entities,
  devices,
  locale: {
    language,
    number_format: "language",
    time_format: asked.get("time") ?? "language",
    time_zone: asked.has("zone") ? "server" : "local",
  },
  language,
  config: { time_zone: asked.get("zone") ?? "UTC" },
  themes: { darkMode: dark },
  user: { is_admin: !asked.has("guest") },
  connected: connection.connected,
  connection,
  localize,
  callWS: async (message) => {
    const answer = ANSWERS[message.type];
    if (!answer || scene === "refused") throw { code: "unknown_command" };
    return answer(message);
  },
};

window.house = house;
/** Change the house as Home Assistant does: with a new object whenever anything changes. */
window.change = (changes) => {
  Object.assign(house, changes);
  card.hass = { ...house };
};
/** Give an entity another state. */
window.setState = (entityId, state) => {
  window.change({ states: { ...house.states, [entityId]: { ...house.states[entityId], state } } });
};
/** Lose the connection, or find it again. */
window.connect = (connected) => {
  connection.connected = connected;
  window.change({ connected });
  for (const listener of listeners[connected ? "ready" : "disconnected"]) listener();
};

await import(`${asked.get("built") ?? "../../custom_components/libreview/frontend"}/libreview.js`);
await customElements.whenDefined("libreview-card");
const card = document.createElement("libreview-card");
window.card = card;
card.setConfig({
  type: "custom:libreview-card",
  entities: configured,
  hours: Number(asked.get("hours") ?? 3),
});
card.hass = { ...house };
const begin = performance.now();
document.querySelector("main").append(card);
/** How long the card took until its chart was drawn, in milliseconds. */
const look = () => {
  const view = card.querySelector("libreview-card-view")?.shadowRoot;
  const chart = view?.querySelector("libreview-curve")?.shadowRoot.querySelector("canvas");
  if (chart?.width) window.drawnAfter = performance.now() - begin;
  else requestAnimationFrame(look);
};
look();
if (asked.has("panel")) document.querySelector("main").style.height = "100%";
