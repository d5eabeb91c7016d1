"""Signing in with the help of a person, the guards of addresses, sessions and shapes that survive a restart.

Uses the cloud's sessions and the entry's data.
"""
