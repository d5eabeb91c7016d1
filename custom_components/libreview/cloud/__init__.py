"""Abbott's clouds: clients and parsers, independent of Home Assistant.

The clouds are undocumented. Facts about them come from the recorded answers and the code of public clients;
each wire fact names the repository it was seen in.
"""
