"""What the sensors of a person show: tables, a row for each sensor. They use all that a snapshot tells."""
