/** Readings as two columns, instants in epoch seconds beside values in the unit that is shown. */

export interface Series {
  t: number[];
  v: number[];
}

/** Kept beyond what is shown, so that the curve goes on to the edge. */
const MARGIN = 900;

/** The same readings with later ones added, and without those from before `start`. */
export function joined(series: Series, news: Series, start: number): Series {
  const first = news.t[0] ?? Infinity;
  const t: number[] = [];
  const v: number[] = [];
  const take = (at: number | undefined, value: number | undefined) => {
    if (at !== undefined && value !== undefined && at >= start - MARGIN) {
      t.push(at);
      v.push(value);
    }
  };
  for (let index = 0; index < series.t.length; index++) {
    const at = series.t[index];
    if (at !== undefined && at < first) take(at, series.v[index]);
  }
  for (let index = 0; index < news.t.length; index++) {
    take(news.t[index], news.v[index]);
  }
  return { t, v };
}

/** The same as columns to draw, with a hole wherever nothing was measured for more than `gap` seconds. */
export function withHoles(series: Series, gap: number): [number[], (number | null)[]] {
  const t: number[] = [];
  const v: (number | null)[] = [];
  for (let index = 0; index < series.t.length; index++) {
    const at = series.t[index] as number;
    const before = series.t[index - 1];
    if (before !== undefined && at - before > gap) {
      t.push((before + at) / 2);
      v.push(null);
    }
    t.push(at);
    v.push(series.v[index] as number);
  }
  return [t, v];
}

/** The index of the reading nearest to an instant, undefined when there is none at all. */
export function nearest(series: Series, at: number): number | undefined {
  let [low, high] = [0, series.t.length - 1];
  if (high < 0) return undefined;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series.t[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  const before = series.t[low - 1];
  return before !== undefined && at - before < Math.abs((series.t[low] as number) - at) ? low - 1 : low;
}

export interface Summary {
  lowest: number;
  highest: number;
  /** Over time, so that a dense hour does not count more than a sparse one. */
  average: number;
  /** For how many seconds there are readings. */
  covered: number;
}

/** What a curve shows, for those who cannot see it; undefined for an empty one. */
export function summaryOf(series: Series, start: number, end: number, gap: number): Summary | undefined {
  let [lowest, highest, weighed, covered, sum, count] = [Infinity, -Infinity, 0, 0, 0, 0];
  let before: [number, number] | undefined;
  for (let index = 0; index < series.t.length; index++) {
    const at = series.t[index] as number;
    const value = series.v[index] as number;
    if (at < start || at > end) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    sum += value;
    count += 1;
    if (before && at - before[0] <= gap) {
      weighed += ((before[1] + value) / 2) * (at - before[0]);
      covered += at - before[0];
    }
    before = [at, value];
  }
  if (!count) return undefined;
  return { lowest, highest, average: covered ? weighed / covered : sum / count, covered };
}
