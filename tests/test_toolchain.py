"""What the scripts and the papers of the repository promise about versions and about Debian's packages."""

import json
from pathlib import Path
import tomllib

import pytest

from scripts.toolchain import debian

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
NEWEST_LOCK = (ROOT / "requirements-newest.lock").read_text(encoding="utf-8")

DEB822 = """\
# written by the installer
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
# a remark within
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""
ONE_LINE = """\
# deb http://mirror.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64,arm64 signed-by=/keys/debian-archive.gpg] http://mirror.example/debian bookworm main # ours
"""


def own(**changes: str) -> debian.Entry:
    """Return an entry for Debian's own archive, changed a little."""
    fields = {
        "Types": "deb",
        "URIs": "http://mirror.example/debian",
        "Suites": "bookworm",
        "Components": "main",
    }
    return fields | {name.replace("_", "-"): value for name, value in changes.items()}


def test_project_and_manifest_name_the_same_version() -> None:
    manifest = json.loads((ROOT / "custom_components/libreview/manifest.json").read_text(encoding="utf-8"))
    assert PROJECT["project"]["version"] == manifest["version"]


@pytest.mark.parametrize(
    ("lock", "groups"),
    [
        pytest.param(LOCK, ("home", "test", "lint"), id="test kit"),
        pytest.param(NEWEST_LOCK, ("newest",), id="newest"),
    ],
)
def test_a_lock_holds_every_requirement_of_its_groups(lock: str, groups: tuple[str, ...]) -> None:
    locked = {line.split()[0] for line in lock.splitlines() if line[:1].isalnum()}
    names = {pin.partition("==")[0] for pin in locked}
    for requirement in (one for group in groups for one in PROJECT["dependency-groups"][group]):
        assert requirement in (locked if "==" in requirement else names)


@pytest.mark.parametrize("lock", [LOCK, NEWEST_LOCK], ids=["test kit", "newest"])
def test_a_lock_names_no_address_so_that_any_mirror_will_do(lock: str) -> None:
    assert "://" not in lock
    assert "--index-url" not in lock


def test_a_deb822_file_is_read_stanza_by_stanza_with_inline_keys() -> None:
    archive, security = debian.deb822_entries(DEB822)
    assert archive["URIs"] == "http://mirror.example/debian"
    assert archive["Components"] == "main contrib"
    assert archive["Signed-By"].splitlines()[-1].strip() == "abc"
    assert security["Suites"] == "bookworm-security"


def test_a_one_line_file_is_read_with_its_options_and_without_remarks_and_sources() -> None:
    assert list(debian.one_line_entries(ONE_LINE)) == [
        own(Architectures="amd64 arm64", Signed_By="/keys/debian-archive.gpg")
    ]


def test_every_sources_file_of_apt_is_read(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "debian.sources").write_text(DEB822, encoding="utf-8")
    (parts / "more.list").write_text(ONE_LINE, encoding="utf-8")
    (parts / "old.list.disabled").write_text(ONE_LINE, encoding="utf-8")
    assert len(list(debian.entries(tmp_path))) == 3


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(own(), id="plain"),
        pytest.param(own(Suites="bookworm bookworm-updates"), id="with updates"),
        pytest.param(own(Suites="stable"), id="by rolling name"),
        pytest.param(own(Signed_By="/usr/share/keyrings/debian-archive-keyring.gpg"), id="signed"),
        pytest.param(next(debian.deb822_entries(DEB822)), id="with its key inline"),
    ],
)
def test_debians_own_archive_is_recognised(entry: debian.Entry) -> None:
    assert debian.is_debians_own(entry, "bookworm")


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(own(Suites="bookworm-security"), id="security"),
        pytest.param(own(Suites="noble"), id="another system"),
        pytest.param(own(Components="stable"), id="no main"),
        pytest.param(own(Types="deb-src"), id="sources"),
        pytest.param(own(Enabled="no"), id="switched off"),
        pytest.param(own(Signed_By="/etc/apt/keyrings/someone.gpg"), id="signed by someone else"),
    ],
)
def test_other_archives_are_left_alone(entry: debian.Entry) -> None:
    assert not debian.is_debians_own(entry, "bookworm")
