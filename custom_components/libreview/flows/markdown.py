"""Text of others in the Markdown of a dialog: names of the cloud and of files."""

import re
from typing import Final

_MARKS: Final = re.compile(r"([!-/:-@\[-`{-~])")
"""The signs that Markdown may take for marks, of a link or an image for instance."""


def escape_markdown(text: str) -> str:
    """Return one line of text that is shown as it stands."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
