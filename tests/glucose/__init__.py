"""Tests of the maths of glucose."""
