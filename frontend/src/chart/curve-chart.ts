/** The curve itself, on a canvas: bands, line, sensor changes, the newest reading. */

import uPlot from "uplot";
import type { Past } from "../history-subscription";
import type { Formats } from "../locale";
import { withHoles } from "../series";
import { labelled, scaleOf, zoneOf } from "../zones";
import { type Paint, paintBands, zoneStroke } from "./paint";
import type { View } from "./view";

export interface CurveInput {
  past: Past;
  view: View;
  formats: Formats;
  /** Epoch seconds. */
  now: number;
  /** What a line for a new sensor is labelled with. */
  newSensor: string;
}

const MINUTE = 60;
const HOUR = 3600;
const STEPS = [5, 10, 15, 30]
  .map((each) => each * MINUTE)
  .concat([1, 2, 3, 4, 6, 12].map((each) => each * HOUR));
/** Up to so many readings in view each is a dot of its own. */
const DOTS = 75;

export class CurveChart {
  readonly chart: uPlot;
  readonly #paint: Paint;
  #input: CurveInput;
  #columns: [number[], (number | null)[]];

  constructor(parent: HTMLElement, width: number, height: number, paint: Paint, input: CurveInput) {
    this.#paint = paint;
    this.#input = input;
    this.#columns = withHoles(input.past, input.past.gap);
    this.chart = new uPlot(this.#options(width, height), this.#columns, parent);
  }

  /** Show something else with the same axes and colours. */
  show(input: CurveInput): void {
    const moved = input.past === this.#input.past;
    this.#input = input;
    if (!moved) {
      this.#columns = withHoles(input.past, input.past.gap);
      this.chart.setData(this.#columns, false);
    }
    this.chart.setScale("x", { min: input.view.from, max: input.view.to });
  }

  /** Where an instant and a value lie, in CSS pixels from the upper left corner. */
  place(at: number, value: number): { x: number; y: number } {
    const { left, top } = this.plot;
    return { x: left + this.chart.valToPos(at, "x"), y: top + this.chart.valToPos(value, "y") };
  }

  /** The instant at `x` CSS pixels from the left edge. */
  instant(x: number): number {
    return this.chart.posToVal(x - this.plot.left, "x");
  }

  /** The area inside of the axes, in CSS pixels. */
  get plot(): { left: number; top: number; width: number; height: number } {
    const { left, top, width, height } = this.chart.bbox;
    const ratio = devicePixelRatio;
    return { left: left / ratio, top: top / ratio, width: width / ratio, height: height / ratio };
  }

  destroy(): void {
    this.chart.destroy();
  }

  #options(width: number, height: number): uPlot.Options {
    const { formats } = this.#input;
    const paint = this.#paint;
    const axis = { stroke: paint.quiet, font: paint.font, ticks: { show: false }, grid: { show: false } };
    return {
      width,
      height,
      // To the right there is room for half of the last hour: "11 AM".
      padding: [14, 20, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      ...(formats.zone
        ? { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), formats.zone ?? "") }
        : {}),
      scales: {
        x: { time: true, auto: false, range: () => [this.#input.view.from, this.#input.view.to] },
        y: { auto: false, range: () => scaleOf(this.#visible(), this.#input.past.thresholds) },
      },
      axes: [
        {
          ...axis,
          incrs: STEPS,
          space: 64,
          size: 26,
          gap: 6,
          values: (_, splits) =>
            splits.map((at) => (at % HOUR ? this.#input.formats.time(at) : this.#input.formats.hour(at))),
        },
        {
          ...axis,
          size: 38,
          gap: 6,
          splits: (chart, _, min, max) =>
            labelled(this.#input.past.thresholds, min, max, chart.bbox.height / devicePixelRatio),
          values: (_, splits) =>
            splits.map((value) => this.#input.formats.glucose(value, this.#input.past.unit)),
        },
      ],
      series: [
        {},
        {
          width: 2.5,
          stroke: (chart) => zoneStroke(chart, this.#input.past.thresholds, this.#paint),
          points: {
            show: true,
            size: 5,
            width: 0,
            fill: (chart: uPlot) => zoneStroke(chart, this.#input.past.thresholds, this.#paint),
            filter: (_, __, show) => (show ? this.#dots() : []),
          },
        },
      ],
      hooks: {
        drawClear: [(chart) => paintBands(chart, this.#input.past.thresholds, this.#paint)],
        draw: [(chart) => this.#paintSensorChanges(chart), (chart) => this.#paintNewest(chart)],
      },
    };
  }

  #visible(): number[] {
    const { past, view } = this.#input;
    return past.v.filter((_, index) => {
      const at = past.t[index] as number;
      return at >= view.from && at <= view.to;
    });
  }

  /** All readings while they are few, else those that stand alone and would be no line. */
  #dots(): number[] {
    const [t, v] = this.#columns;
    const { from, to } = this.#input.view;
    const inView = v
      .map((_, index) => index)
      .filter((index) => {
        const at = t[index] as number;
        return v[index] !== null && at >= from && at <= to;
      });
    if (inView.length <= DOTS) return inView;
    return inView.filter((index) => v[index - 1] == null && v[index + 1] == null);
  }

  #paintSensorChanges(chart: uPlot): void {
    const { past, view, newSensor } = this.#input;
    const paint = this.#paint;
    const { ctx, bbox } = chart;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = paint.quiet;
    ctx.lineWidth = ratio;
    ctx.font = paint.font.replace("12px", `${11 * ratio}px`);
    ctx.textBaseline = "top";
    for (const at of past.sensorChanges.filter((each) => each >= view.from && each <= view.to)) {
      const x = Math.round(chart.valToPos(at, "x", true)) + 0.5;
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const fits = x + ctx.measureText(newSensor).width + 6 * ratio < bbox.left + bbox.width;
      ctx.textAlign = fits ? "left" : "right";
      ctx.fillText(newSensor, x + (fits ? 5 : -5) * ratio, bbox.top + 2 * ratio);
    }
    ctx.restore();
  }

  #paintNewest(chart: uPlot): void {
    const { past, view, now } = this.#input;
    const paint = this.#paint;
    const at = past.t.at(-1);
    const value = past.v.at(-1);
    if (at === undefined || value === undefined || at < view.from || at > view.to) return;
    if (now - at > past.maxAge) return; // What is old does not shine.
    const { ctx } = chart;
    const [x, y] = [chart.valToPos(at, "x", true), chart.valToPos(value, "y", true)];
    const disc = (radius: number, colour: string, alpha: number) => {
      ctx.globalAlpha = alpha;
      ctx.fillStyle = colour;
      ctx.beginPath();
      ctx.arc(x, y, radius * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    };
    const colour = paint.zones[zoneOf(value, past.thresholds)];
    ctx.save();
    disc(11, colour, 0.2);
    disc(6.5, paint.background, 1);
    disc(4.5, colour, 1);
    ctx.restore();
  }
}
