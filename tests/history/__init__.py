"""Tests of what is kept, filled in, and told to Home Assistant's statistics."""
