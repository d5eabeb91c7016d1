"""Runs all benchmarks, one after the other."""

from . import metrics, parsing, polling

polling.report()
print()
parsing.report()
print()
metrics.report()
