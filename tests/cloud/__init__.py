"""Tests of the cloud client, against the cloud double on a real socket and recorded answers."""
