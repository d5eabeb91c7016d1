"""Prints which automation sounds in which world: `python -m scripts.alarm_matrix`."""

import subprocess
import sys
from typing import Final

TESTS: Final = ("tests/blueprints/test_alarm_matrix.py", "tests/blueprints/test_alarm_matrix_midst.py")


def main() -> int:
    """Run the tests of the matrix, and print the table that they write; gives their exit code."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "--no-cov", "--show-capture=no", *TESTS]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    print(*[line for line in lines if line.startswith(("| ", "|---", "FAILED"))], lines[-1], sep="\n")
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
