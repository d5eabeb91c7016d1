"""LibreView's CSV export: reading and writing it, in every language and spelling seen.

`export.parse_csv` reads a file, `writer.write_csv` writes one. Uses only the cloud's parsers and the models.
"""
