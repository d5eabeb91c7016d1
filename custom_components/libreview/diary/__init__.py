"""The diary feed: when LibreView is asked for reports, and which of their entries are new.

Uses the history, signing in, and the failures; does not know the live feed.
"""
