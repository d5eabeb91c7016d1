/** The daily profile: how glucose was distributed at each time of the day (ambulatory glucose profile). */

import { html, LitElement, type PropertyValues, type TemplateResult, unsafeCSS } from "lit";
import uPlot from "uplot";
import uPlotStyles from "uplot/dist/uPlot.min.css?inline";
import { define } from "../define";
import type { Formats } from "../locale";
import { type Bin, PROFILE_DAYS, type Profile } from "../statistics";
import { filled, type Texts } from "../texts";
import { labelled, scaleOf, zoneOf } from "../zones";
import { curveStyles } from "./curve-styles";
import { listen } from "./gestures";
import { type Paint, paintBands, paintOf, zoneStroke } from "./paint";

const PERCENTILES = ["p5", "p25", "p50", "p75", "p95"] as const;
const DAY = 24 * 60;

export class LibreViewProfile extends LitElement {
  static override styles = [unsafeCSS(uPlotStyles), curveStyles];
  static override properties = {
    profile: { attribute: false },
    formats: { attribute: false },
    texts: { attribute: false },
    look: { attribute: false },
    _bin: { state: true },
    _size: { state: true },
  };

  declare profile: Profile;
  declare formats: Formats;
  declare texts: Texts;
  /** Home Assistant's themes: another object whenever the colours are others. */
  declare look: unknown;
  /** The index of the bin that is looked at. */
  declare _bin: number | undefined;
  declare _size: { width: number; height: number } | undefined;

  #chart: uPlot | undefined;
  #observer: ResizeObserver | undefined;
  #unlisten: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#unlisten?.();
    this.#observer = this.#unlisten = undefined;
    this.#dispose();
  }

  protected override updated(changed: PropertyValues<this>): void {
    const area = this.renderRoot.querySelector<HTMLElement>(".area");
    const plot = this.renderRoot.querySelector<HTMLElement>(".plot");
    if (!this.isConnected || !area || !plot) return;
    if (!this.#observer) {
      this.#observer = new ResizeObserver(() => {
        const { clientWidth: width, clientHeight: height } = area;
        if (width && height && (width !== this._size?.width || height !== this._size.height)) {
          this._size = { width, height };
        }
      });
      this.#observer.observe(area);
      this.#unlisten = listen(area, {
        point: (x) => this.#point(x),
        zoom: () => undefined,
        reset: () => undefined,
      });
    }
    if (!this._size) return;
    const reasons: (keyof LibreViewProfile)[] = ["profile", "formats", "texts", "look", "_size"];
    if (reasons.some((each) => changed.has(each))) this.#dispose();
    if (!this.#chart) {
      this.#chart = new uPlot(this.#options(paintOf(this), this._size), this.#columns(), plot);
    }
  }

  #dispose(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  /** The bins as columns, closed by the first one, for a day ends where the next begins. */
  #columns(): uPlot.AlignedData {
    const { bins } = this.profile;
    const [first] = bins;
    const closed = first ? [...bins, { ...first, minute: first.minute + DAY }] : bins;
    return [closed.map((bin) => bin.minute), ...PERCENTILES.map((each) => closed.map((bin) => bin[each]))];
  }

  #options(paint: Paint, size: { width: number; height: number }): uPlot.Options {
    const { profile, formats } = this;
    const { thresholds } = profile;
    const values = profile.bins.flatMap((bin) => [bin.p5, bin.p95]).filter((each) => each !== null);
    const axis = { stroke: paint.quiet, font: paint.font, ticks: { show: false }, grid: { show: false } };
    const line = { width: 0, points: { show: false } };
    return {
      ...size,
      padding: [14, 24, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, range: [0, DAY] },
        y: { auto: false, range: () => scaleOf(values, thresholds) },
      },
      axes: [
        {
          ...axis,
          size: 26,
          gap: 6,
          splits: () =>
            (size.width < 480 ? [0, 6, 12, 18, 24] : [0, 3, 6, 9, 12, 15, 18, 21, 24]).map(
              (hour) => hour * 60,
            ),
          values: (_, splits) => splits.map((minute) => formats.minuteOfDay(minute % DAY)),
        },
        {
          ...axis,
          size: 38,
          gap: 6,
          splits: (chart, _, min, max) =>
            labelled(thresholds, min, max, chart.bbox.height / devicePixelRatio),
          values: (_, splits) => splits.map((value) => formats.glucose(value, profile.unit)),
        },
      ],
      series: [
        {},
        line,
        line,
        { width: 3, stroke: (chart) => zoneStroke(chart, thresholds, paint), points: { show: false } },
        line,
        line,
      ],
      bands: [
        { series: [5, 1], fill: `${paint.curve}26` },
        { series: [4, 2], fill: `${paint.curve}4d` },
      ],
      hooks: { drawClear: [(chart) => paintBands(chart, thresholds, paint)] },
    };
  }

  #point(x: number | undefined): void {
    if (x === undefined || !this.#chart) {
      this._bin = undefined;
      return;
    }
    const minute = this.#chart.posToVal(x - this.#chart.bbox.left / devicePixelRatio, "x");
    this._bin = this.#near(minute);
  }

  #near(minute: number): number | undefined {
    let best: number | undefined;
    this.profile.bins.forEach((bin, index) => {
      const known =
        best === undefined ? Infinity : Math.abs((this.profile.bins[best] as Bin).minute - minute);
      if (bin.p50 !== null && Math.abs(bin.minute - minute) < known) best = index;
    });
    return best;
  }

  #key(event: KeyboardEvent): void {
    const { bins } = this.profile;
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (event.key === "Escape" && this._bin !== undefined) {
      this._bin = undefined;
    } else if (step) {
      let next = this._bin === undefined ? (step > 0 ? 0 : bins.length - 1) : this._bin + step;
      while (bins[next]?.p50 === null) next += step;
      if (bins[next]) this._bin = next;
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  protected override render(): TemplateResult {
    const { bins } = this.profile;
    const bin = this._bin === undefined ? undefined : bins[this._bin];
    const days = this.formats.span(Math.min(this.profile.days, PROFILE_DAYS), "day", "long");
    const zone = this.formats.otherZone(this.profile.zone, this.profile.end);
    return html`
      <div
        class="area"
        tabindex="0"
        role="slider"
        aria-label=${this.texts.profile}
        aria-describedby="summary"
        aria-valuemin="0"
        aria-valuemax=${Math.max(bins.length - 1, 0)}
        aria-valuenow=${this._bin ?? 0}
        aria-valuetext=${bin ? this.#told(bin) : filled(this.texts.profile_of, { days })}
        @keydown=${this.#key}
        @blur=${() => {
          this._bin = undefined;
        }}
      >
        <div class="plot" aria-hidden="true"></div>
        ${bin ? this.#cursor(bin) : ""}
      </div>
      <p id="summary" class="caption">${filled(this.profile.enough ? this.texts.profile_of : this.texts.profile_few, { days })}${zone ? ` (${zone})` : ""}</p>
    `;
  }

  #glucose(value: number | null): string {
    return value === null ? "–" : this.formats.glucose(value, this.profile.unit);
  }

  #told(bin: Bin): string {
    return filled(this.texts.profile_point, {
      time: this.formats.minuteOfDay(bin.minute),
      median: this.#glucose(bin.p50),
      unit: this.profile.unit,
      low: this.#glucose(bin.p25),
      high: this.#glucose(bin.p75),
    });
  }

  #cursor(bin: Bin): TemplateResult {
    const chart = this.#chart;
    if (!chart || bin.p50 === null) return html``;
    const ratio = devicePixelRatio;
    const [left, top] = [chart.bbox.left / ratio, chart.bbox.top / ratio];
    const [width, height] = [chart.bbox.width / ratio, chart.bbox.height / ratio];
    const x = left + chart.valToPos(bin.minute, "x");
    const y = top + chart.valToPos(bin.p50, "y");
    const text = Math.min(Math.max(x, left + 90), left + width - 90);
    return html`
      <div class="hair" style="left:${x}px;top:${top}px;height:${height}px"></div>
      <div class="spot ${zoneOf(bin.p50, this.profile.thresholds)}" style="left:${x}px;top:${y}px"></div>
      <div class="readout" style="left:${text}px" aria-hidden="true">
        <b>${this.#glucose(bin.p50)}</b> (${this.#glucose(bin.p25)}–${this.#glucose(bin.p75)})
        ${this.formats.minuteOfDay(bin.minute)}
      </div>
    `;
  }
}

define("libreview-profile", LibreViewProfile);
