/** Time in range as a bar and in numbers, and what else is computed over days. */

import { html, nothing, type TemplateResult } from "lit";
import type { Formats } from "../locale";
import type { Metrics } from "../statistics";
import { filled, type Texts } from "../texts";
import { ZONES } from "../zones";

/** `span` in words; `length` in seconds is what the shares are of, which is one day of many when `daily`. */
export function ranges(
  metrics: Metrics,
  span: string,
  length: number,
  daily: boolean,
  formats: Formats,
  texts: Texts,
): TemplateResult {
  const title = html`<h3>${texts.time_in_range}<span>${filled(daily ? texts.average_day : texts.last, { span })}</span></h3>`;
  const { shares } = metrics;
  if (!metrics.enough || !shares) {
    const share = formats.share(metrics.completeness);
    return html`<section class="ranges">${title}<p class="quiet">${filled(texts.not_enough, { share })}</p></section>`;
  }
  const measured = daily ? length : length * metrics.completeness;
  const part = (share: number, zone: string, name: string, extreme: number, extremeName: string) => html`
    <li class=${zone}>
      <b>${formats.share(share)}</b>
      <span class="name">${name}</span>
      <span class="quiet">${formats.duration(share * measured)}</span>
      ${extreme > 0 ? html`<span class="quiet">${extremeName} ${formats.share(extreme)}</span>` : nothing}
    </li>
  `;
  return html`
    <section class="ranges">
      ${title}
      <div class="bar" aria-hidden="true">
        ${ZONES.filter((zone) => shares[zone] > 0).map(
          (zone) => html`<i class=${zone} style="flex-grow:${shares[zone]}"></i>`,
        )}
      </div>
      <ul>
        ${part(shares.very_low + shares.low, "low", texts.below, shares.very_low, texts.very_low)}
        ${part(shares.in_range, "in_range", texts.in_range, 0, "")}
        ${part(shares.high + shares.very_high, "high", texts.above, shares.very_high, texts.very_high)}
      </ul>
    </section>
  `;
}

/** Averages over days, for the conversation with the doctor. */
export function averages(metrics: Metrics, formats: Formats, texts: Texts): TemplateResult {
  const { mean, gmi, cv, episodes } = metrics;
  const percent = (value: number, fraction: number) =>
    formats.number(value / 100, {
      style: "percent",
      minimumFractionDigits: fraction,
      maximumFractionDigits: fraction,
    });
  const rows: [string, string, string | undefined][] = [
    [texts.average, "", mean === null ? undefined : `${formats.glucose(mean, metrics.unit)} ${metrics.unit}`],
    [texts.gmi, texts.gmi_long, gmi === null ? undefined : percent(gmi, 1)],
    [texts.variation, texts.variation_long, cv === null ? undefined : percent(cv, 0)],
    [texts.low_episodes, "", formats.number(episodes.low)],
    [texts.high_episodes, "", formats.number(episodes.high)],
  ];
  return html`
    <dl class="averages">
      ${rows.map(([name, long, value]) =>
        value === undefined
          ? nothing
          : html`<div><dt title=${long || nothing}>${name}</dt><dd><bdi>${value}</bdi></dd></div>`,
      )}
    </dl>
  `;
}
