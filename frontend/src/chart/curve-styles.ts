import { css } from "lit";
import { shared } from "../card/shared-styles";

export const curveStyles = [
  shared,
  css`
    :host {
      position: relative;
      display: flex;
      flex-direction: column;
      min-height: 0;
      direction: ltr; /* time runs to the right in every language */
    }
    .area {
      position: relative;
      flex: 1 1 auto;
      min-height: 120px;
      border-radius: 8px;
      touch-action: pan-y;
      cursor: crosshair;
      user-select: none;
      -webkit-user-select: none;
    }
    .plot {
      position: absolute;
      inset: 0;
      overflow: hidden;
    }
    .u-over,
    .u-under {
      pointer-events: none;
    }
    .empty {
      position: absolute;
      inset: 0;
      margin: auto;
      height: fit-content;
      text-align: center;
      color: var(--lv-quiet);
      pointer-events: none;
    }
    .caption {
      margin: 6px 0 0;
      font-size: 13px;
      line-height: 18px;
      color: var(--lv-quiet);
      unicode-bidi: plaintext;
    }
    .hair {
      position: absolute;
      width: 1px;
      background: var(--lv-quiet);
      pointer-events: none;
    }
    .spot {
      position: absolute;
      width: 10px;
      height: 10px;
      margin: -7px;
      border: 2px solid var(--lv-background);
      border-radius: 50%;
      background: var(--lv-zone);
      pointer-events: none;
    }
    .readout {
      position: absolute;
      top: 0;
      transform: translateX(-50%);
      padding: 4px 12px;
      border-radius: 14px;
      background: var(--lv-text);
      color: var(--lv-background);
      font-size: 14px;
      line-height: 20px;
      white-space: nowrap;
      font-variant-numeric: tabular-nums;
      pointer-events: none;
    }
    .readout b {
      font-weight: 600;
      font-size: 16px;
    }
    .whole {
      position: absolute;
      top: 8px;
      right: 12px;
      display: inline-flex;
      align-items: center;
      gap: 6px;
      min-height: 44px;
      padding: 0 14px;
      border-radius: 22px;
      background: var(--lv-background);
      box-shadow: 0 1px 6px #0003;
      font-size: 14px;
    }
    .whole svg {
      width: 20px;
    }
    .lane {
      position: relative;
      flex: none;
      height: 44px;
    }
    .mark {
      position: absolute;
      top: 0;
      width: 44px;
      height: 44px;
      margin-left: -22px;
      display: grid;
      place-items: center;
      border-radius: 50%;
      color: var(--lv-text);
    }
    .mark svg {
      box-sizing: border-box;
      width: 28px;
      height: 28px;
      padding: 5px;
      border-radius: 50%;
      background: var(--lv-soft);
    }
    .mark[aria-expanded="true"] svg {
      background: var(--lv-text);
      color: var(--lv-background);
    }
    .count {
      position: absolute;
      top: 3px;
      right: 3px;
      min-width: 16px;
      box-sizing: border-box;
      padding: 0 4px;
      border-radius: 8px;
      background: var(--lv-text);
      color: var(--lv-background);
      font-size: 11px;
      font-weight: 600;
      line-height: 16px;
      text-align: center;
    }
    .entries {
      position: absolute;
      z-index: 1;
      inset-inline: 8px;
      bottom: 48px;
      display: flex;
      align-items: flex-start;
      max-height: calc(100% - 64px);
      overflow: auto;
      border: 1px solid var(--lv-line);
      border-radius: 14px;
      background: var(--lv-background);
      box-shadow: 0 2px 16px #0004;
    }
    .entries ul {
      flex: 1;
      min-width: 0;
      margin: 0;
      padding: 10px 0 10px 14px;
      list-style: none;
    }
    .entries li {
      display: grid;
      grid-template-columns: 20px auto 1fr;
      gap: 10px;
      padding: 5px 0;
      line-height: 20px;
      font-size: 14px;
    }
    .entries svg {
      width: 20px;
      height: 20px;
    }
    .when {
      color: var(--lv-quiet);
      font-variant-numeric: tabular-nums;
    }
    .what {
      min-width: 0;
      overflow-wrap: anywhere;
      white-space: pre-line;
      unicode-bidi: plaintext;
    }
    .close {
      flex: none;
      width: 44px;
      height: 44px;
      display: grid;
      place-items: center;
      position: sticky;
      top: 0;
    }
  `,
];
