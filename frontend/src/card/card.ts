/** The card: who, how much, where it is heading, and what was before. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { LibreViewCurve } from "../chart/curve";
import type { LibreViewProfile } from "../chart/profile";
import type { Choices, Span } from "../config";
import { define } from "../define";
import { clock, type Seen } from "../freshness";
import type { Hass } from "../hass";
import { HistorySubscription } from "../history-subscription";
import { ALERT, icon, OFFLINE } from "../icons";
import { Formats } from "../locale";
import { isGlucose, type Person, personOf } from "../person";
import { measuredAt, type Now, nowOf } from "../reading";
import { Asked, type Metrics, PROFILE_DAYS, type Profile } from "../statistics";
import { ENGLISH, filled, type Texts, textsIn } from "../texts";
import { Announcer } from "./announcer";
import { cardStyles } from "./card-styles";
import { chooser, headline, type Words, words } from "./headline";
import { averages, ranges } from "./ranges";
import { reasonLine, reasonOf } from "./reason";
import { sensorLine } from "./sensor";

declare global {
  interface HTMLElementTagNameMap {
    "libreview-curve": LibreViewCurve;
    "libreview-profile": LibreViewProfile;
  }
}

const TICK = 5000;

export class LibreViewCardView extends LitElement {
  static override styles = cardStyles;
  static override properties = {
    hass: { attribute: false },
    choices: { attribute: false },
    _texts: { state: true },
    _formats: { state: true },
    _span: { state: true },
    _selected: { state: true },
  };

  declare hass: Hass;
  declare choices: Choices;
  declare _texts: Texts;
  declare _formats: Formats;
  /** What the chart shows: so many hours, or the daily profile. */
  declare _span: Span | "profile";
  /** The glucose sensor of the person whose curve is shown. */
  declare _selected: string;

  #subscription: HistorySubscription | undefined;
  #subscribedTo: string | undefined;
  #connection: Hass["connection"] | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #offset = 0;
  /** The language of the words. */
  #speech = "en";
  readonly #seen = new Map<string, Seen>();
  readonly #day = new Asked<Metrics>("metrics", 1);
  readonly #fortnight = new Asked<Metrics>("metrics", PROFILE_DAYS);
  readonly #profile = new Asked<Profile>("agp", PROFILE_DAYS);
  readonly #announcer = new Announcer();
  readonly #changed = () => this.requestUpdate();
  readonly #onUpdate = (isNewPast: boolean) => {
    if (isNewPast) for (const each of [this.#day, this.#fortnight, this.#profile]) each.expire();
    this.requestUpdate();
  };

  constructor() {
    super();
    this._texts = ENGLISH;
    this._span = 3;
    this._selected = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ticker = setInterval(() => document.hidden || this.requestUpdate(), TICK);
    document.addEventListener("visibilitychange", this.#changed);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticker);
    document.removeEventListener("visibilitychange", this.#changed);
    this.#listenTo(undefined);
    this.#follow(undefined);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("hass");
    const told = before?.locale !== this.hass.locale || before?.config !== this.hass.config;
    if (!this._formats || (changed.has("hass") && told)) this.#format();
    if (changed.has("hass") && before?.language !== this.hass.language) this.#speak();
    if (changed.has("choices")) {
      this._span = this.choices.hours;
      if (!this.choices.entities.includes(this._selected)) this._selected = this.choices.entities[0] ?? "";
    }
    this.toggleAttribute("dark", this.hass.themes?.darkMode ?? false);
    if (!this.isConnected) return;
    this.#listenTo(this.hass.connection);
    this.#follow(isGlucose(this.hass, this._selected) ? this._selected : undefined);
    this.#look();
    this.#ask();
  }

  async #speak(): Promise<void> {
    const language = this.hass.language;
    const spoken = await textsIn(language);
    if (language !== this.hass.language) return;
    this._texts = spoken.texts;
    this.#speech = spoken.language;
    this.#format();
  }

  #format(): void {
    this._formats = new Formats(this.hass, this.#speech);
  }

  #listenTo(connection: Hass["connection"] | undefined): void {
    if (connection === this.#connection) return;
    for (const name of ["ready", "disconnected"] as const) {
      this.#connection?.removeEventListener(name, this.#changed);
      connection?.addEventListener(name, this.#changed);
    }
    this.#connection = connection;
  }

  #follow(entityId: string | undefined): void {
    if (entityId === this.#subscribedTo) return;
    this.#subscription?.stop();
    this.#subscribedTo = entityId;
    this.#subscription =
      entityId === undefined ? undefined : new HistorySubscription(this.hass, entityId, this.#onUpdate);
  }

  /** Remember since when each person's newest reading is on this screen. */
  #look(): void {
    if (clock.offset !== this.#offset) {
      this.#offset = clock.offset;
      this.#seen.clear(); // They were noted by a clock that is wrong.
    }
    for (const entityId of this.choices.entities) {
      const person = personOf(this.hass, entityId);
      const at = person && measuredAt(this.hass, person, this.#pastOf(entityId));
      if (at === undefined) this.#seen.delete(entityId);
      else if (at !== this.#seen.get(entityId)?.at) this.#seen.set(entityId, { at, ...clock.now() });
    }
  }

  #ask(): void {
    if (this.choices.curve) void import("../chart/charts").then(this.#drawable);
    if (!this.#subscribedTo || document.hidden || !this.#isConnected) return;
    const profile = this._span === "profile";
    const asked = [
      ...(profile && this.choices.curve ? [this.#profile] : []),
      ...(this.choices.ranges ? [profile ? this.#fortnight : this.#day] : []),
    ];
    for (const each of asked) each.refresh(this.hass, this.#subscribedTo, this.#changed);
  }

  #drawn = false;
  readonly #drawable = () => {
    if (this.#drawn) return;
    this.#drawn = true;
    this.requestUpdate();
  };

  get #isConnected(): boolean {
    return this.hass.connected !== false && this.hass.connection.connected;
  }

  #pastOf(entityId: string) {
    return entityId === this.#subscribedTo ? this.#subscription?.past : undefined;
  }

  #nowOf(entityId: string, person: Person): Now {
    return nowOf(this.hass, person, this.#pastOf(entityId), this.#seen.get(entityId), clock.now());
  }

  protected override render(): TemplateResult {
    const { entities } = this.choices;
    const person = personOf(this.hass, this._selected);
    if (!person) {
      const text = entities.length
        ? filled(this._texts.not_glucose, { entity: this._selected })
        : this._texts.nobody;
      return html`<ha-card><p class="notice" role="alert">${icon(ALERT)}${text}</p></ha-card>`;
    }
    const shown = this.#nowOf(this._selected, person);
    const said = this.#words(person, shown);
    return html`
      <ha-card>
        <div class="card ${shown.zone ?? ""} ${shown.freshness}">
          <div class="main">
            ${
              entities.length > 1
                ? chooser(this._texts.persons, this._selected, this.#persons(), (each) => {
                    this._selected = each;
                  })
                : nothing
            }
            ${this.#isConnected ? nothing : html`<p class="offline" role="alert">${icon(OFFLINE)}${this._texts.not_connected}</p>`}
            ${headline(said, shown, entities.length < 2, this.#reason(person))}
            <p class="unseen" role="status" aria-live="polite">${this.#announcer.say(said.spoken, shown, clock.now().steady)}</p>
          </div>
          ${this.choices.curve ? this.#chart() : nothing}
          ${
            this.choices.ranges || this.choices.sensor
              ? html`<div class="foot">
                ${this.choices.ranges ? this.#ranges() : nothing}
                ${this.choices.sensor ? this.#sensor(person) : nothing}
              </div>`
              : nothing
          }
        </div>
      </ha-card>
    `;
  }

  #words(person: Person, shown: Now): Words {
    return words(person.name, shown, this.hass, this._formats, this._texts);
  }

  #reason(person: Person): TemplateResult | typeof nothing {
    const { cause, refusal } = this.#subscription ?? {};
    const why = reasonOf(this.hass, person, cause, refusal?.translation_key, this._formats, this._texts);
    return reasonLine(this.hass, why, this._texts);
  }

  #persons() {
    return this.choices.entities.flatMap((entityId) => {
      const person = personOf(this.hass, entityId);
      if (!person) return [];
      const shown = this.#nowOf(entityId, person);
      return [{ entityId, shown, said: this.#words(person, shown) }];
    });
  }

  #ranges(): TemplateResult | typeof nothing {
    const profile = this._span === "profile";
    const metrics = (profile ? this.#fortnight : this.#day).value;
    if (!metrics) return nothing;
    const span = profile
      ? this._formats.span(PROFILE_DAYS, "day", "long")
      : this._formats.span(24, "hour", "long");
    return html`
      ${ranges(metrics, span, profile ? 24 * 3600 : metrics.end - metrics.start, profile, this._formats, this._texts)}
      ${profile && metrics.enough ? averages(metrics, this._formats, this._texts) : nothing}
    `;
  }

  #sensor(person: Person) {
    return sensorLine(this.hass, person, this._formats, this._texts);
  }

  #chart(): TemplateResult {
    return html`
      <div class="chart">
        ${this.#periods()}
        ${this.#drawing()}
      </div>
    `;
  }

  #periods(): TemplateResult {
    const names: [Span | "profile", string, string][] = this.choices.spans.map((hours) => [
      hours,
      this._formats.span(hours, "hour", "narrow"),
      this._formats.span(hours, "hour", "long"),
    ]);
    names.push([
      "profile",
      this._formats.span(PROFILE_DAYS, "day", "narrow"),
      `${this._texts.profile}, ${this._formats.span(PROFILE_DAYS, "day", "long")}`,
    ]);
    return html`
      <div class="periods" role="radiogroup" aria-label=${this._texts.period}>
        ${names.map(
          ([span, short, long]) => html`
            <input
              type="radio"
              name="period"
              id="period-${span}"
              aria-label=${long}
              .checked=${this._span === span}
              @change=${() => {
                this._span = span;
              }}
            />
            <label for="period-${span}">${short}</label>
          `,
        )}
      </div>
    `;
  }

  #drawing(): TemplateResult {
    const past = this.#subscription?.past;
    if (this._span === "profile") {
      const profile = this.#profile.value;
      if (!profile || !this.#drawn) return this.#waiting();
      if (!profile.bins.some((bin) => bin.p50 !== null)) return this.#message(this._texts.profile_empty);
      return html`<libreview-profile
        .profile=${profile}
        .formats=${this._formats}
        .texts=${this._texts}
        .look=${this.hass.themes}
      ></libreview-profile>`;
    }
    if (!past || !this.#drawn) return this.#waiting();
    return html`<libreview-curve
      .past=${past}
      .hours=${this._span}
      .now=${Math.floor(clock.now().wall / 30) * 30}
      .formats=${this._formats}
      .texts=${this._texts}
      .showDiary=${this.choices.diary}
      .look=${this.hass.themes}
    ></libreview-curve>`;
  }

  #waiting(): TemplateResult {
    const refusal = this.#subscription?.refusal;
    if (!refusal) return this.#message(this._texts.loading);
    if (refusal.translation_key === "person_unknown") return this.#message(this._texts.not_found);
    if (refusal.code === "unauthorized") return this.#message(this._texts.unauthorized);
    return this.#message(this._texts.refused);
  }

  #message(text: string): TemplateResult {
    return html`<p class="message">${text}</p>`;
  }
}

define("libreview-card-view", LibreViewCardView);
