"""LibreView's Daily Log report: the page, the glucose and the diary entries in it.

`page.parse_report` reads a page. Uses only the cloud's parsers and the models.

The names that the report gives to diary entries are recorded nowhere public, so they are understood by the
words in them. One day of a report, and what the modules make of it:

    {"Date": "2026-03-01T00:00:00",
     "Glucose": [[{"Timestamp": 1772350200, "Value": 104, "IsTimeChange": false}]],
     "Hours": [{"Hour": 7, "Carbs": "45 g", "RapidActingInsulin": 4, "TotalInsulin": 12}],
     "Notes": [{"Timestamp": 1772350500, "Text": "Porridge"}],
     "Foo": 3}

1. `page` finds the object assigned to `window.Report`, and this day in its `Data.Days`.
2. `words` gives each name a meaning: Date, Timestamp and Hour are times, Carbs and RapidActingInsulin have a
   kind of entry as subject, TotalInsulin is derived (a sum, never an entry), Foo is unknown.
3. `times` parses times: the Date is the day 2026-03-01 without a clock, the Hour the whole hour from 07:00,
   the Timestamps are wall clocks encoded as if they were UTC, 07:30 and 07:35.
4. `glucose` finds a reading at 07:30, and decides by all values of the report that 104 is mg/dL.
5. `members` gives each member a role in its object: in the one of the hour, Hour is its time, Carbs and
   RapidActingInsulin are entries of their own, TotalInsulin is ignored.
6. `amounts` parses "45 g" as 45 grams, and 4 as 4 units since it has no unit of its own.
7. `diary` walks through all of it, remembering time and subject of each `place`, and gathers candidates:
   carbohydrates 45 and rapid-acting insulin 4 in the hour from 07:00, the note Porridge at 07:35.
   The name Foo is counted as unknown.
8. `understanding` finds every word in and beside the names of both amounts in the `vocabulary`. Had one been
   missing there, such as in {"Hour": 7, "RapidActingInsulin": 4, "Zork": 1}, the entry would have no amount;
   `doubts` gathers doses without a time or a kind. Either leaves the sum of the day unknown.
9. `entries` merges candidates that several places hold, and decides the precision: hour for the first two,
   minute for the note.
"""
