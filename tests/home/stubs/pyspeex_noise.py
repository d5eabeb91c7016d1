"""A compiled package that Home Assistant's voice assistant imports and nothing here uses."""


class AudioProcessor:
    """A noise filter that is never asked."""
