"""What triggers and conditions share, and the trigger for a sensor about to expire.

Uses Home Assistant's automation helpers and the glucose units; knows no account.
"""
