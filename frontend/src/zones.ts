/** The five zones a glucose value can lie in. */

export const ZONES = ["very_low", "low", "in_range", "high", "very_high"] as const;
export type Zone = (typeof ZONES)[number];

/** The borders of a person's zones, in the unit that is shown; `low` and `high` themselves are in range. */
export interface Thresholds {
  very_low: number;
  low: number;
  high: number;
  very_high: number;
}

export const BORDERS = ["very_low", "low", "high", "very_high"] as const;

export function zoneOf(value: number, thresholds: Thresholds): Zone {
  if (value < thresholds.very_low) return "very_low";
  if (value < thresholds.low) return "low";
  if (value <= thresholds.high) return "in_range";
  if (value <= thresholds.very_high) return "high";
  return "very_high";
}

export interface Band {
  zone: Zone;
  from: number;
  to: number;
}

/** Where the zones lie on a scale from `min` to `max`; zones outside of it are left out. */
export function bandsOf(thresholds: Thresholds, min: number, max: number): Band[] {
  const borders = [-Infinity, ...BORDERS.map((border) => thresholds[border]), Infinity];
  return ZONES.map((zone, index) => ({
    zone,
    from: Math.max(min, borders[index] ?? min),
    to: Math.min(max, borders[index + 1] ?? max),
  })).filter((band) => band.from < band.to);
}

/** The scale on which values are drawn: calm, so the same from day to day unless a value lies outside. */
export function scaleOf(values: readonly number[], thresholds: Thresholds): [number, number] {
  const lowest = Math.min(thresholds.very_low * 0.74, ...finite(values, (low) => low * 0.94));
  const highest = Math.max(thresholds.high * 1.25, ...finite(values, (high) => high * 1.06));
  return [lowest, highest];
}

function finite(values: readonly number[], widened: (value: number) => number): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [widened(low), widened(high)] : [];
}

/** The borders to label on an axis of `height` pixels: the targets always, the outer ones where there is room. */
export function labelled(thresholds: Thresholds, min: number, max: number, height: number): number[] {
  const apart = (one: number, other: number) => (Math.abs(one - other) / (max - min)) * height >= 16;
  const shown = [thresholds.low, thresholds.high];
  for (const border of [thresholds.very_low, thresholds.very_high]) {
    if (border > min && border < max && shown.every((each) => apart(each, border))) {
      shown.push(border);
    }
  }
  return shown.sort((one, other) => one - other);
}
