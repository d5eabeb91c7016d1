/** The few pictures of the card, drawn as paths so that nothing must be fetched. */

import {
  mdiAlertCircleOutline,
  mdiArrowRight,
  mdiClose,
  mdiCloudOffOutline,
  mdiFoodApple,
  mdiMagnifyMinusOutline,
  mdiNeedle,
  mdiNoteText,
  mdiTestTube,
  mdiWater,
  mdiWeatherNight,
} from "@mdi/js";
import { html, type TemplateResult } from "lit";
import type { Kind } from "./diary";

export const ALERT = mdiAlertCircleOutline;
export const ARROW = mdiArrowRight;
export const CLOSE = mdiClose;
export const OFFLINE = mdiCloudOffOutline;
export const ZOOM_OUT = mdiMagnifyMinusOutline;

export const KIND_ICONS: Record<Kind, string> = {
  carbohydrates: mdiFoodApple,
  rapid_acting_insulin: mdiNeedle,
  long_acting_insulin: mdiWeatherNight,
  note: mdiNoteText,
  blood_glucose: mdiWater,
  ketones: mdiTestTube,
};

/** A picture that says nothing which is not said in words beside it. */
export function icon(path: string): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${path}></path></svg>`;
}
