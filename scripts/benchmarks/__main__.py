"""Runs all benchmarks, one after the other."""

from . import csv_import, metrics, parsing, polling

for benchmark in (polling, parsing, csv_import, metrics):
    benchmark.report()
    print()
