"""The actions: their fields, looking up the person they name, their responses, and files.

Uses the account and everything below. `services.py` registers them.
"""
