"""A followed person at one moment, pure: settings, what is shown, sums of the day.

Uses only the maths, the models, the constants and the cloud's field parsers; nothing of Home Assistant.
"""
