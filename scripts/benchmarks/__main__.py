"""Runs all benchmarks, one after the other."""

from . import parsing, polling

polling.report()
print()
parsing.report()
