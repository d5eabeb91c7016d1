"""The read API: what apps and programs are answered that read persons' data.

Nightscout's addresses are for apps with a key. Those below `/api/libreview/` are for programs as well, which
sign in to Home Assistant. There is nothing to write anywhere.
"""
