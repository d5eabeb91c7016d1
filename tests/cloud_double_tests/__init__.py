"""Tests of the cloud double itself."""
