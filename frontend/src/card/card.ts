/** The card: who, how much, where it is heading, and what was before. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { LibreViewCurve } from "../chart/curve";
import type { LibreViewProfile } from "../chart/profile";
import type { Choices } from "../config";
import { define } from "../define";
import { clock } from "../freshness";
import type { Hass } from "../hass";
import { ALERT, icon, OFFLINE } from "../icons";
import { Formats } from "../locale";
import { Part } from "../part";
import { isGlucose, type Person, personOf, shownOf } from "../person";
import { measuredAt, NOTHING, type Now, nowOf } from "../reading";
import { Sightings } from "../sightings";
import { Asked, type Metrics, PROFILE_DAYS, type Profile } from "../statistics";
import { Subscriptions } from "../subscriptions";
import { ENGLISH, filled, type Texts, textsIn } from "../texts";
import { Announcer } from "./announcer";
import { cardStyles } from "./card-styles";
import { chooser, headline, type Words, words } from "./headline";
import { type Period, periods } from "./periods";
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
  declare _span: Period;
  /** The glucose sensor of the person whose curve is shown. */
  declare _selected: string;

  #connection: Hass["connection"] | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  /** The language of the words. */
  #speech = "en";
  readonly #sightings = new Sightings();
  readonly #day = new Asked<Metrics>("metrics", 1);
  readonly #fortnight = new Asked<Metrics>("metrics", PROFILE_DAYS);
  readonly #profile = new Asked<Profile>("agp", PROFILE_DAYS);
  readonly #charts = new Part(() => import("../chart/charts"));
  readonly #announcer = new Announcer();
  readonly #changed = () => this.requestUpdate();
  readonly #onUpdate = (isNewPast: boolean) => {
    if (isNewPast) for (const each of [this.#day, this.#fortnight, this.#profile]) each.expire();
    this.requestUpdate();
  };

  readonly #subscriptions = new Subscriptions(this.#onUpdate);

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
    this.#subscriptions.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("hass");
    const told = before?.locale !== this.hass.locale || before?.config !== this.hass.config;
    if (!this._formats || (changed.has("hass") && told)) this.#format();
    if (changed.has("hass") && before?.language !== this.hass.language) this.#speak();
    if (changed.has("choices")) this._span = this.choices.hours;
    this._selected = shownOf(this.hass, this.choices.entities, this._selected);
    this.toggleAttribute("dark", this.hass.themes?.darkMode ?? false);
    if (!this.isConnected) return;
    this.#listenTo(this.hass.connection);
    this.#subscriptions.follow(this.hass, this.choices.entities);
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

  #look(): void {
    const persons = this.choices.entities.flatMap((each) => personOf(this.hass, each) ?? []);
    this.#sightings.note(
      new Map(persons.map((each) => [each.deviceId, measuredAt(this.hass, each, this.#pastOf(each))])),
    );
  }

  #ask(): void {
    if (this.choices.curve) this.#charts.want(this.#changed);
    const person = personOf(this.hass, this._selected);
    if (!person || document.hidden || !this.#isConnected) return;
    const profile = this._span === "profile";
    const asked = [
      ...(profile && this.choices.curve ? [this.#profile] : []),
      ...(this.choices.ranges ? [profile ? this.#fortnight : this.#day] : []),
    ];
    for (const each of asked) each.refresh(this.hass, this._selected, person.deviceId, this.#changed);
  }

  get #isConnected(): boolean {
    return this.hass.connected !== false && this.hass.connection.connected;
  }

  #pastOf(person: Person) {
    return this.#subscriptions.of(person)?.past;
  }

  #nowOf(person: Person): Now {
    if (this.#subscriptions.of(person)?.isAnothers) return NOTHING;
    return nowOf(this.hass, person, this.#pastOf(person), this.#sightings.of(person.deviceId), clock.now());
  }

  protected override render(): TemplateResult {
    const { entities } = this.choices;
    const missing = entities.filter((each) => !isGlucose(this.hass, each));
    const notices = (entities.length ? missing : [undefined]).map((entity) => {
      const text = entity === undefined ? this._texts.nobody : filled(this._texts.not_glucose, { entity });
      return html`<p class="notice" role="alert">${icon(ALERT)}${text}</p>`;
    });
    const person = personOf(this.hass, this._selected);
    if (!person) return html`<ha-card>${notices}</ha-card>`;
    const shown = this.#nowOf(person);
    const said = this.#words(person, shown);
    return html`
      <ha-card>
        ${notices}
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
            <p class="unseen" role="status" aria-live="polite">${this.#announcer.say(person.deviceId, said.spoken, shown, clock.now().steady)}</p>
          </div>
          ${this.choices.curve ? this.#chart(person) : nothing}
          ${
            this.choices.ranges || this.choices.sensor
              ? html`<div class="foot">
                ${this.choices.ranges ? this.#ranges(person) : nothing}
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
    const { cause, refusal } = this.#subscriptions.of(person) ?? {};
    const why = reasonOf(this.hass, person, cause, refusal?.translation_key, this._formats, this._texts);
    return reasonLine(this.hass, why, this._texts);
  }

  #persons() {
    return this.choices.entities.flatMap((entityId) => {
      const person = personOf(this.hass, entityId);
      if (!person) return [];
      const shown = this.#nowOf(person);
      return [{ entityId, shown, said: this.#words(person, shown) }];
    });
  }

  #ranges(person: Person): TemplateResult | typeof nothing {
    const profile = this._span === "profile";
    const metrics = (profile ? this.#fortnight : this.#day).valueFor(person.deviceId);
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

  #chart(person: Person): TemplateResult {
    return html`
      <div class="chart">
        ${periods(this.choices.spans, this._span, this._formats, this._texts, (period) => {
          this._span = period;
        })}
        ${this.#drawing(person)}
      </div>
    `;
  }

  #drawing(person: Person): TemplateResult {
    if (this.#charts.isMissing) return this.#message(this._texts.reload_page);
    const past = this.#pastOf(person);
    if (this._span === "profile") {
      const profile = this.#profile.valueFor(person.deviceId);
      if (!profile || !this.#charts.isLoaded) return this.#waiting(person);
      if (!profile.bins.some((bin) => bin.p50 !== null)) return this.#message(this._texts.profile_empty);
      return html`<libreview-profile
        .profile=${profile}
        .formats=${this._formats}
        .texts=${this._texts}
        .look=${this.hass.themes}
      ></libreview-profile>`;
    }
    if (!past || !this.#charts.isLoaded) return this.#waiting(person);
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

  #waiting(person: Person): TemplateResult {
    const refusal = this.#subscriptions.of(person)?.refusal;
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
