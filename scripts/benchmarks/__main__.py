"""Runs all benchmarks, one after the other."""

from . import card, csv_import, history, metrics, parsing, polling

for benchmark in (polling, parsing, csv_import, history, metrics, card):
    benchmark.report()
    print()
