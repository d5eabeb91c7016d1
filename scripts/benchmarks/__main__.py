"""Runs all benchmarks, one after the other."""

from . import card, csv_import, history, metrics, parsing, polling, read_api

for benchmark in (polling, parsing, csv_import, history, metrics, card, read_api):
    benchmark.report()
    print()
