/** The curve with what a person can do with it: look at a reading, zoom, open what the diary tells. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult, unsafeCSS } from "lit";
import uPlotStyles from "uplot/dist/uPlot.min.css?inline";
import { beyondAt, reached, SHOWN, SPOKEN } from "../beyond";
import { define } from "../define";
import { type Entry, type Mark, marksOf } from "../diary";
import { HOURS, type Past } from "../history-subscription";
import { CLOSE, icon, KIND_ICONS, ZOOM_OUT } from "../icons";
import type { Formats } from "../locale";
import { nearest, summaryOf } from "../series";
import { filled, type Texts } from "../texts";
import { zoneOf } from "../zones";
import { CurveChart } from "./curve-chart";
import { curveStyles } from "./curve-styles";
import { listen } from "./gestures";
import { paintOf } from "./paint";
import { lastHours, showing, type View, zoomed } from "./view";

/** The least distance between two marks: what a finger needs. */
const FINGER = 44;

export class LibreViewCurve extends LitElement {
  static override styles = [unsafeCSS(uPlotStyles), curveStyles];
  static override properties = {
    past: { attribute: false },
    hours: { attribute: false },
    now: { attribute: false },
    formats: { attribute: false },
    texts: { attribute: false },
    showDiary: { attribute: false },
    look: { attribute: false },
    _at: { state: true },
    _open: { state: true },
    _zoom: { state: true },
    _size: { state: true },
  };

  declare past: Past;
  declare hours: number;
  /** Epoch seconds. */
  declare now: number;
  declare formats: Formats;
  declare texts: Texts;
  declare showDiary: boolean;
  /** Home Assistant's themes: another object whenever the colours are others. */
  declare look: unknown;
  /** The instant of the reading that is looked at: its place among the others changes as older ones go. */
  declare _at: number | undefined;
  declare _open: Entry | undefined;
  declare _zoom: View | undefined;
  declare _size: { width: number; height: number } | undefined;

  #chart: CurveChart | undefined;
  /** What was drawn last: which view of which past. */
  #drawn = "";
  #past: Past | undefined;
  #observer: ResizeObserver | undefined;
  #unlisten: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate(); // The chart went when the card was taken out of the page.
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#unlisten?.();
    this.#observer = this.#unlisten = undefined;
    this.#dispose();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("hours")) {
      this._zoom = undefined;
      this._at = undefined;
    }
    if (changed.has("past") && this.#index === undefined) this._at = undefined;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.isConnected) return;
    const area = this.renderRoot.querySelector<HTMLElement>(".area");
    if (!area) return;
    if (!this.#observer) {
      this.#observer = new ResizeObserver(() => this.#measure(area));
      this.#observer.observe(area);
      this.#unlisten = listen(area, {
        point: (x) => this.#point(x),
        zoom: (x, factor, shift) => this.#zoom(x, factor, shift),
        reset: () => this.#reset(),
      });
    }
    if (!this._size) return;
    const reasons: (keyof LibreViewCurve)[] = ["formats", "texts", "look", "_size"];
    if (reasons.some((each) => changed.has(each))) this.#dispose();
    this.#draw();
  }

  #measure(area: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = area;
    if (width > 0 && height > 0 && (width !== this._size?.width || height !== this._size.height)) {
      this._size = { width, height };
    }
  }

  #draw(): void {
    const plot = this.renderRoot.querySelector<HTMLElement>(".plot");
    if (!plot || !this._size) return;
    const { past, formats, now } = this;
    const input = { past, formats, now, view: this.#view, newSensor: this.texts.new_sensor };
    const drawn = `${input.view.from} ${input.view.to}`;
    if (this.#chart) {
      this.#chart.show(input);
    } else {
      this.#chart = new CurveChart(plot, this._size.width, this._size.height, paintOf(this), input);
      this.#drawn = "";
    }
    if (drawn === this.#drawn && past === this.#past) return;
    this.#drawn = drawn;
    this.#past = past;
    this.requestUpdate(); // Marks and cursor lie elsewhere from now on.
  }

  #dispose(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  get #view(): View {
    return this._zoom ?? lastHours(this.hours, this.now);
  }

  /** The place of the reading that is looked at. */
  get #index(): number | undefined {
    const index = this._at === undefined ? -1 : this.past.t.indexOf(this._at);
    return index < 0 ? undefined : index;
  }

  get #whole(): View {
    return lastHours(HOURS, this.now);
  }

  #point(x: number | undefined): void {
    if (x === undefined || !this.#chart) {
      this._at = undefined;
      return;
    }
    const index = nearest(this.past, this.#chart.instant(x));
    const at = index === undefined ? undefined : this.past.t[index];
    // In a hole there is nothing to see: the nearest reading must be near.
    const reach = Math.max(
      this.past.gap,
      ((this.#view.to - this.#view.from) / (this._size?.width ?? 1)) * 12,
    );
    this._at = at !== undefined && Math.abs(at - this.#chart.instant(x)) <= reach ? at : undefined;
  }

  #zoom(x: number, factor: number, shift: number): void {
    if (!this.#chart) return;
    if (factor === 1 && !this._zoom) return;
    const view = this.#view;
    const seconds = (shift / this.#chart.plot.width) * (view.to - view.from);
    this._zoom = zoomed(view, this.#whole, this.#chart.instant(x), factor, seconds);
  }

  #reset(): void {
    this._zoom = undefined;
  }

  #key(event: KeyboardEvent): void {
    const last = this.past.t.length - 1;
    const now = this.#index ?? last + 1;
    const hour = nearest(
      this.past,
      (this.past.t[Math.min(now, last)] ?? 0) + (event.key === "PageUp" ? -3600 : 3600),
    );
    const targets: Record<string, number | undefined> = {
      ArrowLeft: now - 1,
      ArrowDown: now - 1,
      ArrowRight: now + 1,
      ArrowUp: now + 1,
      PageUp: hour,
      PageDown: hour,
      Home: nearest(this.past, this.#view.from),
      End: last,
    };
    const target = targets[event.key];
    if (event.key in targets && target !== undefined && last >= 0) {
      const at = this.past.t[Math.min(last, Math.max(0, target))] as number;
      this._at = at;
      const view = showing(this.#view, this.#whole, at);
      if (view !== this.#view && (this._zoom || view.from < this.#view.from)) this._zoom = view;
    } else if (event.key === "+" || event.key === "-") {
      const view = this.#view;
      this._zoom = zoomed(view, this.#whole, this._at ?? view.to, event.key === "+" ? 1.5 : 1 / 1.5, 0);
    } else if (event.key === "0") {
      this.#reset();
    } else if (event.key === "Escape" && (this._open || this._at !== undefined)) {
      this._open = undefined;
      this._at = undefined;
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  protected override render(): TemplateResult {
    const last = this.past.t.length - 1;
    return html`
      <div
        class="area"
        tabindex="0"
        role="slider"
        aria-label=${this.texts.curve}
        aria-describedby="summary"
        aria-orientation="horizontal"
        aria-valuemin="0"
        aria-valuemax=${Math.max(last, 0)}
        aria-valuenow=${this.#index ?? Math.max(last, 0)}
        aria-valuetext=${last < 0 ? this.texts.curve_empty : this.#told(this.#index ?? last)}
        @keydown=${this.#key}
        @blur=${() => {
          this._at = undefined;
        }}
      >
        <div class="plot" aria-hidden="true"></div>
        ${this.#cursor()}
        ${this.#isEmpty ? html`<p class="empty">${this.texts.curve_empty}</p>` : nothing}
      </div>
      <p id="summary" class="unseen">${this.#summary()} ${this.texts.curve_keys}</p>
      ${
        this._zoom
          ? html`<button class="whole" @click=${this.#reset}>${icon(ZOOM_OUT)}${this.texts.show_all}</button>`
          : nothing
      }
      ${this.showDiary && this.past.diary.length ? this.#diary() : nothing}
    `;
  }

  get #isEmpty(): boolean {
    const { from, to } = this.#view;
    return !this.past.t.some((at) => at >= from && at <= to);
  }

  /** A reading in words. */
  #told(index: number): string {
    const value = this.past.v[index] as number;
    const zone = this.texts[zoneOf(value, this.past.thresholds)];
    const at = this.past.t[index] as number;
    const beyond = beyondAt(this.past, at);
    const glucose = beyond
      ? this.texts[SPOKEN[beyond]]
      : `${this.formats.glucose(value, this.past.unit)} ${this.past.unit}`;
    return `${this.formats.time(at)}, ${glucose}, ${zone}`;
  }

  #summary(): string {
    const { from, to } = this.#view;
    const summary = summaryOf(this.past, from, to, this.past.gap);
    if (!summary) return this.texts.curve_empty;
    const glucose = (value: number) => this.formats.glucose(value, this.past.unit);
    return filled(this.texts.curve_of, {
      span: `${this.formats.time(from)} – ${this.formats.time(Math.min(to, this.now))}`,
      lowest: reached(this.past, "below", from, to) ?? glucose(summary.lowest),
      highest: reached(this.past, "above", from, to) ?? glucose(summary.highest),
      average: glucose(summary.average),
      unit: this.past.unit,
      covered: this.formats.duration(summary.covered),
    });
  }

  #cursor(): TemplateResult | typeof nothing {
    const index = this.#index;
    const at = this._at;
    if (index === undefined || at === undefined || !this.#chart) return nothing;
    const value = this.past.v[index] as number;
    const beyond = beyondAt(this.past, at);
    const { x, y } = this.#chart.place(at, value);
    const { left, top, width, height } = this.#chart.plot;
    if (x < left || x > left + width) return nothing;
    const zone = zoneOf(value, this.past.thresholds);
    const text = Math.min(Math.max(x, left + 62), left + width - 62);
    return html`
      <div class="hair" style="left:${x}px;top:${top}px;height:${height}px"></div>
      <div class="spot ${zone}" style="left:${x}px;top:${y}px"></div>
      <div class="readout" style="left:${text}px" aria-hidden="true">
        <b>${beyond ? SHOWN[beyond] : this.formats.glucose(value, this.past.unit)}</b> ${this.formats.time(at)}
      </div>
    `;
  }

  get #marks(): Mark[] {
    const chart = this.#chart;
    if (!chart) return [];
    const { from, to } = this.#view;
    const entries = this.past.diary.filter((entry) => middle(entry) >= from && middle(entry) <= to);
    return marksOf(entries, (entry) => chart.place(middle(entry), 0).x, FINGER);
  }

  #diary(): TemplateResult {
    const marks = this.#marks;
    const open = this._open && marks.find((mark) => mark.entries.includes(this._open as Entry));
    return html`
      <div class="lane" role="group" aria-label=${this.texts.diary}>
        ${marks.map(
          (mark) => html`
            <button
              class="mark"
              style="left:${mark.x}px"
              aria-expanded=${mark === open}
              aria-label=${this.#markName(mark)}
              @click=${() => {
                this._open = mark === open ? undefined : mark.entries[0];
              }}
              @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#key(event)}
            >
              ${icon(KIND_ICONS[mark.entries[0]?.kind ?? "note"] ?? KIND_ICONS.note)}
              ${mark.entries.length > 1 ? html`<span class="count">${mark.entries.length}</span>` : nothing}
            </button>
          `,
        )}
      </div>
      ${open ? this.#opened(open) : nothing}
    `;
  }

  #markName(mark: Mark): string {
    const [first] = mark.entries;
    if (!first) return "";
    if (mark.entries.length === 1) return `${this.#when(first)}, ${this.#what(first)}`;
    const count = filled(this.texts.entries, { count: this.formats.number(mark.entries.length) });
    return `${this.#when(first)}, ${count}`;
  }

  #opened(mark: Mark): TemplateResult {
    return html`
      <div class="entries" role="status">
        <ul>
          ${mark.entries.map(
            (entry) => html`
              <li>
                ${icon(KIND_ICONS[entry.kind] ?? KIND_ICONS.note)}
                <span class="when">${this.#when(entry)}</span>
                <span class="what">${this.#what(entry)}</span>
              </li>
            `,
          )}
        </ul>
        <button
          class="close"
          aria-label=${this.texts.close}
          @click=${() => {
            this._open = undefined;
          }}
        >
          ${icon(CLOSE)}
        </button>
      </div>
    `;
  }

  /** The time of an entry, or the hour that it lies in where no more is known. */
  #when(entry: Entry): string {
    const at = this.formats.time(entry.at);
    return entry.precision === "hour" ? `${at} – ${this.formats.time(entry.at + 3600)}` : at;
  }

  #what(entry: Entry): string {
    const name = this.texts[entry.kind] ?? this.texts.note;
    if (entry.kind === "note") return entry.text || name;
    const amount =
      entry.amount === null
        ? this.texts.no_amount
        : `${this.formats.amount(entry.amount)} ${entry.unit ?? ""}`.trim();
    return [name, amount, entry.text].filter(Boolean).join(" · ");
  }
}

/** The middle of what is known of an entry's time. */
function middle(entry: Entry): number {
  return entry.at + (entry.precision === "hour" ? 1800 : 0);
}

define("libreview-curve", LibreViewCurve);
