"""Runs all benchmarks, one after the other."""

from . import card, csv_import, metrics, parsing, polling

for benchmark in (polling, parsing, csv_import, metrics, card):
    benchmark.report()
    print()
