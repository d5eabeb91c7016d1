"""The history: readings and diary entries on disk, statistics, CSV import, exports.

The only package that touches SQLite. It uses failures, glucose and the parsers of cloud, and knows no feed.

How a reading gets in and out:

    live feed, graph, report ─> History ─(WriteQueue)──> StoreFile ─> Store ─> reading_table, entry_table
    CSV file ─> csv_import ───────┤                     (executor)      │      deduplication: best copy stays
                                  │                                     │      wall_clocks: one reading once
                                  │                                     │      hidden_reading_table: others
                                  │                                     │      entry_matching: one dose once
                                  │                                     ├────> offset_table: where phones were
                                  │                                     └────> pending_hours: to be backfilled
    listeners <───────────────────┤  of the card, the persons, the diaries, the statistics
    StatisticsBackfill <──────────┤  KeptHours ─> recorder_statistics ─> recorder
    card, entities, actions <─────┘  async_run(Store.readings, patient_id, start, end)
"""
