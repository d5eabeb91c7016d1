"""Runs all benchmarks, one after the other."""

from . import csv_import, parsing, polling

polling.report()
print()
parsing.report()
print()
csv_import.report()
