"""A compiled package that Home Assistant's voice assistant imports and nothing here uses."""


class MicroVad:
    """A voice detector that is never asked."""
