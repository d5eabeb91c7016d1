"""Whom a diary feed reads."""

from dataclasses import dataclass, field
from datetime import tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSubject:
    """A person whose diary is read."""

    patient_id: str = field(repr=False)
    cloud_id: str = field(repr=False)
    """Their id at LibreView, with which reports are asked for."""
    time_zone: tzinfo
    is_patient: bool = False
    """Whether they are a patient of the login's practice, not its owner."""
