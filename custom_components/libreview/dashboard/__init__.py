"""Brings the card and the dashboard strategy into the frontend, and answers their WebSocket commands.

Uses the look-up of the actions, and everything below.
"""
