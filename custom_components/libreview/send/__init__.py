"""Sending to a Nightscout server: what a person has is there, too, as far as somebody has chosen that.

`sender` sends the readings and the diary of one person to one server: whatever changed in the history since
the last time, by the history's own order of changes. `cursors` knows up to where, over a restart.
"""
