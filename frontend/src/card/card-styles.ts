import { css } from "lit";
import { colours, shared } from "./shared-styles";

export const cardStyles = [
  colours,
  shared,
  css`
    :host {
      display: block;
      height: 100%;
    }
    ha-card {
      display: block;
      height: 100%;
      box-sizing: border-box;
      overflow: hidden;
      container-type: inline-size;
      color: var(--lv-text);
    }
    h2,
    h3,
    p,
    ul,
    dl,
    dd {
      margin: 0;
      padding: 0;
      font-weight: inherit;
    }
    ul {
      list-style: none;
    }
    .card {
      box-sizing: border-box;
      display: flex;
      flex-direction: column;
      gap: 16px;
      height: 100%;
      padding: 16px;
      background: linear-gradient(
        color-mix(in srgb, var(--lv-zone, transparent) 14%, transparent),
        transparent 220px
      );
    }
    .card.in_range,
    .card.stale {
      background: none;
    }
    .quiet,
    .age,
    .unit,
    .course,
    .sensor {
      color: var(--lv-quiet);
    }

    /* who and how much */
    .who {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      justify-content: space-between;
      gap: 0 16px;
    }
    h2 {
      min-width: 0;
      font-size: 18px;
      line-height: 24px;
      font-weight: 500;
      overflow-wrap: anywhere;
    }
    .age {
      flex: none;
      font-size: 15px;
      line-height: 24px;
    }
    .value {
      display: flex;
      align-items: center;
      gap: 14px;
      margin-top: 4px;
      direction: ltr;
      justify-content: flex-start;
    }
    :host(:dir(rtl)) .value {
      justify-content: flex-end;
    }
    .number {
      font-size: clamp(64px, 23cqi, 104px);
      line-height: 1;
      font-weight: 500;
      letter-spacing: -0.035em;
      font-variant-numeric: tabular-nums;
      transition: color 1s;
    }
    .fading .number {
      color: var(--lv-quiet);
    }
    .arrow {
      flex: none;
      display: grid;
      place-items: center;
      width: 0.5em;
      height: 0.5em;
      font-size: clamp(64px, 23cqi, 104px);
      border-radius: 50%;
      background: var(--lv-zone, var(--lv-quiet));
      color: var(--lv-on-zone);
      transition: background 0.6s;
    }
    .arrow svg {
      width: 72%;
      transform: rotate(var(--angle));
      transition: transform 0.6s;
    }
    .value > div {
      display: flex;
      flex-direction: column;
      gap: 6px;
    }
    .unit {
      font-size: 15px;
      line-height: 20px;
    }
    .course {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 12px;
      margin-top: 8px;
      font-size: 16px;
      line-height: 24px;
    }
    .zone {
      display: inline-flex;
      align-items: center;
      gap: 8px;
      color: var(--lv-text);
      font-weight: 500;
    }
    .zone::before {
      content: "";
      width: 10px;
      height: 10px;
      border-radius: 50%;
      background: var(--lv-zone, var(--lv-quiet));
    }
    .change {
      direction: ltr;
      unicode-bidi: isolate;
      font-variant-numeric: tabular-nums;
    }
    .none {
      margin: 16px 0 0;
      font-size: 26px;
      line-height: 32px;
      color: var(--lv-quiet);
    }
    .reason a {
      padding: 8px 0;
      color: var(--lv-text);
    }
    .offline,
    .notice {
      display: flex;
      align-items: center;
      gap: 10px;
      font-size: 15px;
      line-height: 22px;
    }
    .offline {
      margin-bottom: 8px;
      padding: 8px 12px;
      border-radius: 12px;
      background: var(--lv-soft);
    }
    .notice {
      padding: 20px 16px;
    }
    .offline svg,
    .notice svg {
      flex: none;
      width: 22px;
    }

    /* one of several */
    .persons,
    .periods {
      display: flex;
      gap: 4px;
      padding: 4px;
      border-radius: 16px;
      background: var(--lv-soft);
    }
    .persons {
      margin-bottom: 16px;
      flex-wrap: wrap;
    }
    input[type="radio"] {
      position: absolute;
      opacity: 0;
      pointer-events: none;
    }
    label {
      flex: 1;
      display: flex;
      align-items: center;
      justify-content: center;
      min-height: 44px;
      padding: 0 6px;
      box-sizing: border-box;
      border-radius: 12px;
      cursor: pointer;
      font-size: 15px;
      color: var(--lv-text);
      white-space: nowrap;
    }
    input:checked + label {
      background: var(--lv-background);
      box-shadow: 0 1px 4px #0003;
      font-weight: 500;
    }
    .persons label {
      flex: 1 1 120px;
      justify-content: space-between;
      gap: 8px;
      padding: 4px 12px;
      min-height: 52px;
    }
    .name {
      min-width: 0;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .small {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      font-size: 22px;
      font-weight: 500;
      font-variant-numeric: tabular-nums;
      direction: ltr;
    }
    .small .arrow {
      width: 22px;
      height: 22px;
      font-size: 22px;
    }

    /* the chart */
    .chart {
      flex: 1 1 auto;
      display: flex;
      flex-direction: column;
      gap: 8px;
      min-height: 0;
    }
    libreview-curve,
    libreview-profile,
    .message {
      flex: 1 1 260px;
      min-height: 200px;
    }
    .message {
      display: grid;
      place-items: center;
      padding: 0 16px;
      text-align: center;
      color: var(--lv-quiet);
    }

    /* what the days were like */
    h3 {
      display: flex;
      flex-wrap: wrap;
      justify-content: space-between;
      gap: 0 12px;
      margin-bottom: 8px;
      font-size: 15px;
      line-height: 22px;
      font-weight: 500;
    }
    h3 span {
      font-weight: 400;
      color: var(--lv-quiet);
    }
    .bar {
      display: flex;
      gap: 3px;
      height: 14px;
      direction: ltr;
    }
    .bar i {
      flex: 1 1 3px;
      min-width: 3px;
      background: var(--lv-zone);
    }
    .bar i:first-child {
      border-radius: 7px 0 0 7px;
    }
    .bar i:last-child {
      border-radius: 0 7px 7px 0;
    }
    .bar i:only-child {
      border-radius: 7px;
    }
    .ranges ul {
      display: grid;
      grid-template-columns: 1fr 1.2fr 1fr;
      gap: 8px;
      margin-top: 10px;
      direction: ltr;
    }
    .ranges li {
      display: flex;
      flex-direction: column;
      align-items: center;
      text-align: center;
      font-size: 14px;
      line-height: 20px;
    }
    .ranges li:first-child {
      align-items: flex-start;
      text-align: left;
    }
    .ranges li:last-child {
      align-items: flex-end;
      text-align: right;
    }
    .ranges b {
      font-size: 20px;
      line-height: 26px;
      font-weight: 500;
      font-variant-numeric: tabular-nums;
    }
    .ranges .quiet {
      font-size: 13px;
      line-height: 18px;
    }
    .averages {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(84px, 1fr));
      gap: 12px;
      margin-top: 16px;
    }
    dt {
      font-size: 13px;
      line-height: 18px;
      color: var(--lv-quiet);
    }
    dd {
      font-size: 17px;
      line-height: 24px;
      font-weight: 500;
      font-variant-numeric: tabular-nums;
    }
    .foot {
      display: flex;
      flex-direction: column;
      gap: 16px;
    }
    .sensor {
      display: flex;
      flex-wrap: wrap;
      gap: 0 8px;
      font-size: 14px;
      line-height: 20px;
    }
    .sensor b {
      font-weight: 500;
      color: var(--lv-text);
    }
    .sensor :last-child:not(b) {
      margin-inline-start: auto;
    }

    /* on a wall: the number and the days to one side, the curve beside them */
    @container (min-width: 820px) {
      .card {
        display: grid;
        grid-template: "main chart" auto "foot chart" 1fr / minmax(280px, 34%) 1fr;
        gap: 24px 32px;
        padding: 24px;
      }
      .main {
        grid-area: main;
      }
      .chart {
        grid-area: chart;
      }
      .foot {
        grid-area: foot;
        align-self: end;
      }
      .number,
      .main .value .arrow {
        font-size: clamp(88px, 16cqi - 40px, 168px);
      }
    }
    @media (prefers-reduced-motion: reduce) {
      * {
        transition: none !important;
      }
    }
  `,
];
