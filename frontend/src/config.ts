/** What a person chose in the card's editor, or wrote as YAML. */

/** The hours that a curve can show. */
export const SPANS = [1, 3, 8, 24] as const;
export type Span = (typeof SPANS)[number];

export interface CardConfig {
  type: string;
  /** One person's glucose sensor; the short form of `entities`. */
  entity?: string;
  entities?: string[];
  /** A number, or what the editor makes of it. */
  hours?: number | string;
  hide_curve?: boolean;
  hide_diary?: boolean;
  hide_ranges?: boolean;
  hide_sensor?: boolean;
}

/** The same with nothing left open. */
export interface Choices {
  entities: string[];
  hours: Span;
  /** What can be chosen instead. */
  spans: readonly Span[];
  curve: boolean;
  diary: boolean;
  ranges: boolean;
  sensor: boolean;
}

const DEFAULT_SPAN: Span = 3;

/** Fill in what was left open. Throws an error that Home Assistant shows instead of the card. */
export function choicesOf(config: CardConfig): Choices {
  const entities = config.entities ?? (config.entity ? [config.entity] : []);
  if (!Array.isArray(entities) || entities.some((each) => typeof each !== "string")) {
    throw new Error("`entities` is a list of glucose sensors, such as sensor.sam_glucose.");
  }
  const hours = config.hours ?? DEFAULT_SPAN;
  const span = SPANS.find((each) => each === Number(hours));
  if (span === undefined) {
    throw new Error(`\`hours\` is one of ${SPANS.join(", ")}.`);
  }
  return {
    entities: [...new Set(entities)],
    hours: span,
    spans: SPANS,
    curve: !config.hide_curve,
    diary: !config.hide_diary,
    ranges: !config.hide_ranges,
    sensor: !config.hide_sensor,
  };
}
