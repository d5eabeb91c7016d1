"""Abbott's clouds: asking and parsing. Nothing in here knows Home Assistant.

The clouds are undocumented. What is said of them comes from the recorded answers and the code of public
clients; each wire fact names the repository it was seen in.
"""
