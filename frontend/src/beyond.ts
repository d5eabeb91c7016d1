/** Glucose beyond what a sensor can measure: LO and HI, as the Libre app shows them, instead of a number. */

import type { TextKey } from "./texts";

export type Beyond = "below" | "above";

export const SHOWN: Record<Beyond, string> = { below: "LO", above: "HI" };
export const SPOKEN: Record<Beyond, TextKey> = { below: "too_low", above: "too_high" };

/** The instants of such readings, in epoch seconds. */
export type Instants = Record<Beyond, readonly number[]>;

export function beyondAt(instants: Instants, at: number): Beyond | undefined {
  if (instants.below.includes(at)) return "below";
  return instants.above.includes(at) ? "above" : undefined;
}

/** What a stretch of time reached instead of a lowest or highest number, undefined where that is a number. */
export function reached(instants: Instants, beyond: Beyond, from: number, to: number): string | undefined {
  return instants[beyond].some((at) => at >= from && at <= to) ? SHOWN[beyond] : undefined;
}
