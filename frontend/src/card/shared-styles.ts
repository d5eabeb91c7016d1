/** What all parts of the card share: colours, focus, plain buttons, texts for screen readers. */

import { css } from "lit";

export const shared = css`
  :host {
    color: var(--lv-text);
    fill: currentColor;
  }
  .very_low {
    --lv-zone: var(--lv-very-low);
  }
  .low {
    --lv-zone: var(--lv-low);
  }
  .in_range {
    --lv-zone: var(--lv-in-range);
  }
  .high {
    --lv-zone: var(--lv-high);
  }
  .very_high {
    --lv-zone: var(--lv-very-high);
  }
  button {
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  svg {
    display: block;
    fill: currentColor;
  }
  :focus {
    outline: none;
  }
  :focus-visible,
  input:focus-visible + label {
    outline: 3px solid var(--lv-focus);
    outline-offset: 2px;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** The colours, which everything inside inherits. Each stands out from the background by 3:1, texts by 4.5:1. */
export const colours = css`
  :host {
    --lv-text: var(--primary-text-color, #1c1b1f);
    --lv-quiet: var(--secondary-text-color, #5f5d66);
    --lv-background: var(--ha-card-background, var(--card-background-color, #fff));
    --lv-focus: var(--primary-color, #0b6bcb);
    --lv-soft: color-mix(in srgb, var(--lv-text) 8%, transparent);
    --lv-line: color-mix(in srgb, var(--lv-text) 14%, transparent);
    --lv-very-low: #a91d3a;
    --lv-low: #e0474c;
    --lv-in-range: #128a67;
    --lv-high: #cb7a00;
    --lv-very-high: #ad4a00;
    --lv-curve: #3f6fd0;
    --lv-on-zone: #fff;
  }
  :host([dark]) {
    --lv-very-low: #ff5464;
    --lv-low: #ff9a93;
    --lv-in-range: #41cf9d;
    --lv-high: #ffc061;
    --lv-very-high: #ff9445;
    --lv-curve: #8fb4ff;
    --lv-on-zone: #111;
  }
`;
