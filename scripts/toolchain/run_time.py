"""Prints what the Home Assistant of this interpreter fetches at run time, one requirement a line.

Those are the requirements in the manifests of the integrations that every start loads, without the packages
that have a stand-in in tests/home/stubs.
"""

import json
from pathlib import Path

from homeassistant import bootstrap

COMPONENTS = Path(bootstrap.__file__).parent / "components"
STUBS = Path(__file__).parents[2] / "tests" / "home" / "stubs"
# Of the tests' own configuration, and what analytics imports without naming it.
MORE = {"recorder", "hassio"}


def requirements() -> set[str]:
    """Return the requirements of all integrations that are always loaded and of what they depend on."""
    found: set[str] = set()
    seen: set[str] = set()
    ahead = bootstrap.CORE_INTEGRATIONS | bootstrap.DEFAULT_INTEGRATIONS | MORE
    while ahead:
        domain = ahead.pop()
        seen.add(domain)
        manifest = json.loads((COMPONENTS / domain / "manifest.json").read_text(encoding="utf-8"))
        found.update(manifest.get("requirements", ()))
        ahead |= set(manifest.get("dependencies", ())) - seen
    stubs = {stub.stem for stub in STUBS.glob("*.py")}
    return {each for each in found if each.partition("==")[0].replace("-", "_") not in stubs}


if __name__ == "__main__":
    print(*sorted(requirements()), sep="\n")
