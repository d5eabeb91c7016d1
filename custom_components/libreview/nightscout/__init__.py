"""Readings and diary entries in the format of Nightscout's REST API, pure.

The names are those of Nightscout's own documentation and source (nightscout/cgm-remote-monitor:
`docs/data-schemas`, `lib/api`, `lib/server/pebble.js`, `lib/plugins/bgnow.js`). Glucose is in mg/dL wherever
Nightscout's is.
"""
