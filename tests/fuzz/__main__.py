"""`python -m tests.fuzz --count 1000000`: the fuzz at scale."""

import argparse
import sys
from time import perf_counter

from .run import fuzz, fuzz_in_processes, table


def main() -> int:
    """Run it, print the figures, and say whether nothing was found."""
    parser = argparse.ArgumentParser(description="Mutated answers through all parsers, on to what is shown.")
    parser.add_argument("--count", type=int, default=1_000_000, help="inputs (default: a million)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int, help="make this one input again, and say what comes of it")
    chosen = parser.parse_args()
    began = perf_counter()
    if chosen.only is not None:
        tallies = fuzz(chosen.only + 1, chosen.seed, first=chosen.only)
    else:
        tallies = fuzz_in_processes(chosen.count, chosen.seed, chosen.processes)
    print(table(tallies))
    print(f"{perf_counter() - began:.0f} s")
    return 0 if all(tally.is_good for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
