"""An account at run time: its feeds, its statistics, and the persons who combine the feeds.

Uses the feeds, the history and everything below; knows no platform and no dialog.
"""
