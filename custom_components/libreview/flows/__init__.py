"""The dialogs: connecting, signing in again, a person, options, and CSV import.

Their forms and the steps they share are here too; `config_flow.py` composes them. Uses the account and below.
"""
