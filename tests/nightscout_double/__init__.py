"""A Nightscout server on a real socket: what of its API, version 1, is needed to send to it.

It follows the source of nightscout/cgm-remote-monitor 15.0.7, and 15.0.4 where `knows_identifiers` is False:
`lib/api/entries`, `lib/api/treatments`, `lib/server/entries.js`, `lib/server/treatments.js`, `query.js`,
`lib/authorization`. It is strict: what that source would take for something else than was meant, it refuses.
"""

from .double import SECRET, NightscoutDouble

__all__ = ["SECRET", "NightscoutDouble"]
