/** Which part of the last hours a curve shows. Instants are in epoch seconds. */

export interface View {
  from: number;
  to: number;
}

const SHORTEST = 20 * 60;

/** The last `hours` until `now`, with a little room at the end for the newest reading. */
export function lastHours(hours: number, now: number): View {
  const length = hours * 3600;
  return { from: now - length, to: now + length * 0.03 };
}

/** The view made `factor` times as detailed around `at`, then moved by `shift` seconds, inside of `whole`. */
export function zoomed(view: View, whole: View, at: number, factor: number, shift: number): View {
  const longest = whole.to - whole.from;
  const length = Math.min(longest, Math.max(SHORTEST, (view.to - view.from) / factor));
  const share = (at - view.from) / (view.to - view.from);
  const from = at - share * length - shift * (length / (view.to - view.from));
  return inside({ from, to: from + length }, whole);
}

/** The view moved so that `at` lies in it. */
export function showing(view: View, whole: View, at: number): View {
  const length = view.to - view.from;
  if (at < view.from) return inside({ from: at, to: at + length }, whole);
  if (at > view.to) return inside({ from: at - length, to: at }, whole);
  return view;
}

function inside(view: View, whole: View): View {
  const length = view.to - view.from;
  const from = Math.min(Math.max(view.from, whole.from), whole.to - length);
  return { from, to: from + length };
}
