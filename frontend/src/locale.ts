/** Numbers, times and ages the way a person has set them in their Home Assistant profile. */

import type { Hass } from "./hass";

/** Which languages write numbers as the profile's setting says. */
const NUMBER_LANGUAGES: Record<string, string[] | undefined> = {
  comma_decimal: ["en-US", "en"],
  decimal_comma: ["de", "es", "it"],
  space_comma: ["fr", "sv", "cs"],
  quote_decimal: ["de-CH"],
  system: undefined,
};

export class Formats {
  readonly language: string;
  /** Of the card's own words, which the words of units and ages stand amidst. */
  readonly words: string;
  /** IANA name, undefined for the browser's own. */
  readonly zone: string | undefined;
  readonly #numbers: string[] | string | undefined;
  readonly #grouping: boolean;
  readonly #hour12: boolean | undefined;
  readonly #made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

  constructor(hass: Pick<Hass, "locale" | "config">, words: string) {
    const { language, number_format, time_format, time_zone } = hass.locale;
    this.language = supported(language);
    this.words = supported(words);
    this.zone = time_zone === "server" ? hass.config.time_zone : undefined;
    this.#numbers = number_format in NUMBER_LANGUAGES ? NUMBER_LANGUAGES[number_format] : this.language;
    this.#grouping = number_format !== "none";
    this.#hour12 = hour12(time_format);
  }

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    const format = this.#make(`n${JSON.stringify(options)}`, () => {
      return new Intl.NumberFormat(this.#numbers, { useGrouping: this.#grouping, ...options });
    });
    return format.format(value).replace("-", "−");
  }

  /** Glucose: whole mg/dL, mmol/L to one decimal. */
  glucose(value: number, unit: string): string {
    return this.number(value, digits(unit === "mmol/L" ? 1 : 0));
  }

  /** A difference of glucose, with its sign. */
  change(value: number, unit: string): string {
    return this.number(value, { ...digits(unit === "mmol/L" ? 1 : 0), signDisplay: "exceptZero" });
  }

  /** A share of 1 in whole per cent; what is not quite nothing or everything is not called so. */
  share(value: number): string {
    const percent = (share: number) => this.number(share, { style: "percent", maximumFractionDigits: 0 });
    if (value > 0 && value < 0.005) return `<${percent(0.01)}`;
    if (value < 1 && value >= 0.995) return `>${percent(0.99)}`;
    return percent(value);
  }

  /** A time of day of an instant in epoch seconds. */
  time(at: number): string {
    return this.#date("time", { hour: "numeric", minute: "2-digit" }).format(at * 1000);
  }

  /** The hour alone, for an axis: "14:00", or "2 PM". */
  hour(at: number): string {
    const short = this.#twelve()
      ? { hour: "numeric" as const }
      : { hour: "numeric" as const, minute: "2-digit" as const };
    return this.#date("hour", short).format(at * 1000);
  }

  /** A time of day as minutes after midnight, on no particular day. */
  minuteOfDay(minute: number): string {
    const short = this.#twelve()
      ? { hour: "numeric" as const }
      : { hour: "numeric" as const, minute: "2-digit" as const };
    return this.#date("minute", { ...short, timeZone: "UTC" }).format(minute * 60_000);
  }

  /** A day, as "Fri, 24 Nov". */
  day(at: number): string {
    return this.#date("day", { weekday: "short", day: "numeric", month: "short" }).format(at * 1000);
  }

  /** How long ago or ahead something is, in its largest whole unit: "3 min ago", "in 9 days". */
  relative(seconds: number): string {
    const format = this.#make("relative", () => {
      return new Intl.RelativeTimeFormat(this.words, { style: "short", numeric: "auto" });
    });
    const size = Math.abs(seconds);
    const [unit, length] =
      size < 3600
        ? (["minute", 60] as const)
        : size < 48 * 3600
          ? (["hour", 3600] as const)
          : (["day", 86_400] as const);
    const whole = Math.trunc(seconds / length);
    return whole === 0 ? format.format(0, "second") : format.format(whole, unit);
  }

  /** A length of time as "4 h 10 min". */
  duration(seconds: number): string {
    const minutes = Math.round(seconds / 60);
    const part = (value: number, unit: "hour" | "minute") => this.span(value, unit, "narrow");
    if (minutes < 60) return part(minutes, "minute");
    const rest = minutes % 60;
    return `${part(Math.floor(minutes / 60), "hour")}${rest ? ` ${part(rest, "minute")}` : ""}`;
  }

  /** A round length of time, such as the hours of a curve. */
  span(value: number, unit: "minute" | "hour" | "day", unitDisplay: "narrow" | "long"): string {
    return this.#make(`s${unit}${unitDisplay}`, () => {
      return new Intl.NumberFormat(this.words, { style: "unit", unit, unitDisplay });
    }).format(value);
  }

  /** The name of a time zone by whose clock it is another time than by the one shown, else nothing. */
  otherZone(zone: string, at: number): string {
    const time = (timeZone: string | undefined) =>
      new Intl.DateTimeFormat("en", {
        ...(timeZone ? { timeZone } : {}),
        dateStyle: "short",
        timeStyle: "short",
      }).format(at * 1000);
    try {
      if (time(zone) === time(this.zone)) return "";
      const named = new Intl.DateTimeFormat(this.words, { timeZone: zone, timeZoneName: "longGeneric" });
      return named.formatToParts(at * 1000).find((part) => part.type === "timeZoneName")?.value ?? zone;
    } catch {
      return zone; // No browser knows it.
    }
  }

  /** An amount of a dose, with as many digits as it has. */
  amount(value: number): string {
    return this.number(value, { maximumFractionDigits: 3 });
  }

  #twelve(): boolean {
    const { hourCycle } = this.#date("time", { hour: "numeric", minute: "2-digit" }).resolvedOptions();
    return hourCycle === "h12" || hourCycle === "h11";
  }

  #date(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const zone = this.zone ? { timeZone: this.zone } : {};
    const cycle = this.#hour12 === undefined ? {} : { hour12: this.#hour12 };
    return this.#make(
      `d${key}`,
      () => new Intl.DateTimeFormat(this.language, { ...zone, ...cycle, ...options }),
    );
  }

  #make<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
    key: string,
    make: () => T,
  ): T {
    const made = (this.#made.get(key) as T | undefined) ?? make();
    this.#made.set(key, made);
    return made;
  }
}

function digits(count: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: count, maximumFractionDigits: count };
}

/** The time format "language" leaves it to the language, "system" to the browser's. */
function hour12(format: string): boolean | undefined {
  if (format === "12" || format === "24") return format === "12";
  if (format !== "system") return undefined;
  const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  return hourCycle === "h12" || hourCycle === "h11";
}

/** A language that no browser knows must not keep the card from being drawn. */
function supported(language: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language)[0] ?? "en";
  } catch {
    return "en";
  }
}
