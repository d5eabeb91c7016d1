"""A fuzz of all that reads Abbott's answers, and of what people would be shown of them.

`python -m tests.fuzz --count 1000000 --seed 1` mutates recorded answers, reports and exports, and prints by
parser what came of it. Undocumented errors, inputs that take over a second and absurd values fail the run;
each is printed with the number by which `--only` makes it again. The tests run a few hundred.
"""
