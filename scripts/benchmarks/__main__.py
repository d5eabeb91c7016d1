"""Runs all benchmarks, one after the other."""

from . import csv_import, history, metrics, parsing, polling

for benchmark in (polling, parsing, csv_import, metrics, history):
    benchmark.report()
    print()
