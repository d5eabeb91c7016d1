"""The live feed: when LibreLinkUp is asked, filling gaps with its graphs, and alarms of its logbook.

Uses the history, signing in, and the failures; does not know the diary feed.
"""
