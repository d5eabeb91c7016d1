/** What both charts have in common: colours out of the theme, bands of the zones, lines of the targets. */

import type uPlot from "uplot";
import { bandsOf, type Thresholds, ZONES, type Zone } from "../zones";

export interface Paint {
  text: string;
  quiet: string;
  background: string;
  /** Of the bands of a profile: as six hexadecimal digits. */
  curve: string;
  font: string;
  zones: Record<Zone, string>;
}

/** The colours that the styles of an element resolve to. */
export function paintOf(element: HTMLElement): Paint {
  const style = getComputedStyle(element);
  const colour = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  return {
    text: colour("--lv-text", "#212121"),
    quiet: colour("--lv-quiet", "#5f6368"),
    background: colour("--lv-background", "#fff"),
    curve: colour("--lv-curve", "#4a74c9"),
    font: `12px ${style.fontFamily || "sans-serif"}`,
    zones: Object.fromEntries(
      ZONES.map((zone) => [zone, colour(`--lv-${zone.replace("_", "-")}`, "#808080")]),
    ) as Record<Zone, string>,
  };
}

const SOFTNESS: Record<Zone, number> = { very_low: 0.13, low: 0.07, in_range: 0.1, high: 0, very_high: 0 };

/** Draw the zones softly behind everything, and the borders of the target as fine lines. */
export function paintBands(chart: uPlot, thresholds: Thresholds, paint: Paint): void {
  const { ctx, bbox } = chart;
  const { min = 0, max = 0 } = chart.scales.y ?? {};
  const y = (value: number) => Math.round(chart.valToPos(value, "y", true));
  ctx.save();
  for (const band of bandsOf(thresholds, min ?? 0, max ?? 0)) {
    ctx.globalAlpha = SOFTNESS[band.zone];
    ctx.fillStyle = paint.zones[band.zone];
    ctx.fillRect(bbox.left, y(band.to), bbox.width, y(band.from) - y(band.to));
  }
  ctx.globalAlpha = 0.7;
  ctx.lineWidth = devicePixelRatio;
  for (const [border, zone] of [
    [thresholds.low, "low"],
    [thresholds.high, "in_range"],
  ] as const) {
    ctx.strokeStyle = paint.zones[zone];
    ctx.setLineDash(zone === "low" ? [] : [4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y(border) + 0.5);
    ctx.lineTo(bbox.left + bbox.width, y(border) + 0.5);
    ctx.stroke();
  }
  ctx.restore();
}

/** A stroke that has the colour of each zone where it passes through it. */
export function zoneStroke(chart: uPlot, thresholds: Thresholds, paint: Paint): CanvasGradient | string {
  const { min, max } = chart.scales.y ?? {};
  if (min == null || max == null) return paint.zones.in_range;
  const [bottom, top] = [chart.valToPos(min, "y", true), chart.valToPos(max, "y", true)];
  if (!Number.isFinite(bottom) || !Number.isFinite(top) || bottom === top) return paint.zones.in_range;
  const gradient = chart.ctx.createLinearGradient(0, bottom, 0, top);
  for (const band of bandsOf(thresholds, min, max)) {
    gradient.addColorStop((band.from - min) / (max - min), paint.zones[band.zone]);
    gradient.addColorStop((band.to - min) / (max - min), paint.zones[band.zone]);
  }
  return gradient;
}
