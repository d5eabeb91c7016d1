/** The choice of what the chart shows: so many hours, or the daily profile. */

import { html, type TemplateResult } from "lit";
import type { Span } from "../config";
import type { Formats } from "../locale";
import { PROFILE_DAYS } from "../statistics";
import type { Texts } from "../texts";

export type Period = Span | "profile";

export function periods(
  spans: readonly Span[],
  chosen: Period,
  formats: Formats,
  texts: Texts,
  choose: (period: Period) => void,
): TemplateResult {
  const names: [Period, string, string][] = spans.map((hours) => [
    hours,
    formats.span(hours, "hour", "narrow"),
    formats.span(hours, "hour", "long"),
  ]);
  names.push([
    "profile",
    formats.span(PROFILE_DAYS, "day", "narrow"),
    `${texts.profile}, ${formats.span(PROFILE_DAYS, "day", "long")}`,
  ]);
  return html`
    <div class="periods" role="radiogroup" aria-label=${texts.period}>
      ${names.map(
        ([period, short, long]) => html`
          <input
            type="radio"
            name="period"
            id="period-${period}"
            aria-label=${long}
            .checked=${chosen === period}
            @change=${() => choose(period)}
          />
          <label for="period-${period}">${short}</label>
        `,
      )}
    </div>
  `;
}
