/** The diary as the card draws it: entries, and entries that lie too close together to be touched apart. */

export const KINDS = [
  "carbohydrates",
  "rapid_acting_insulin",
  "long_acting_insulin",
  "note",
  "blood_glucose",
  "ketones",
] as const;
export type Kind = (typeof KINDS)[number];

export interface Entry {
  kind: Kind;
  /** Epoch seconds. */
  at: number;
  /** Null for a note, and for a dose without amount. */
  amount: number | null;
  unit: string | null;
  text: string;
  /** An entry that is exact to the hour lies somewhere in the hour that begins then. */
  precision: "hour" | "minute";
}

/** Whether two entries are the same one, told twice. */
function same(one: Entry, other: Entry): boolean {
  return (
    one.kind === other.kind && one.at === other.at && one.amount === other.amount && one.text === other.text
  );
}

/** All entries in the order of time, those told twice once. */
export function withNews(entries: readonly Entry[], news: readonly Entry[]): Entry[] {
  const added = news.filter((each) => !entries.some((known) => same(each, known)));
  return [...entries, ...added].sort((one, other) => one.at - other.at);
}

/** Entries under one button, whose middle is at `x` pixels. */
export interface Mark {
  x: number;
  entries: Entry[];
}

/** The marks of entries, each at least `apart` pixels from the next, so that a finger can choose one. */
export function marksOf(entries: readonly Entry[], place: (entry: Entry) => number, apart: number): Mark[] {
  const marks: Mark[] = [];
  for (const entry of entries) {
    const x = place(entry);
    const last = marks.at(-1);
    if (last && x - last.x < apart) {
      last.entries.push(entry);
    } else {
      marks.push({ x, entries: [entry] });
    }
  }
  return marks;
}
