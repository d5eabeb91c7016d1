"""Takes single packages out of Debian's archive without root, and without touching the system.

    debian.py pip FOLDER               pip as a wheel, from the machine's own release
    debian.py python FOLDER PATCHELF   CPython 3.14 with its own C library, from a later release

The archive is the one that the machine's apt already uses. Any Python from 3.6 on will do, for this is needed
before there is a newer one.
"""

from pathlib import Path
import re
import subprocess
import sys
import tempfile
from typing import Dict, Iterator, List

RELEASE_WITH_PYTHON = "forky"
PYTHON_PACKAGES = ["python3.14", "libstdc++6", "libgcc-s1"]
ROLLING = {"oldoldstable", "oldstable", "stable", "testing", "unstable", "sid"}

Entry = Dict[str, str]  # one stanza of a deb822 sources file


def deb822_entries(text: str) -> Iterator[Entry]:
    """Read the stanzas of a *.sources file; continuation lines stay part of their field."""
    text = re.sub(r"^#.*\n?", "", text, flags=re.MULTILINE)
    for stanza in re.split(r"\n\s*\n", text):
        fields = re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, flags=re.MULTILINE)
        if fields:
            yield {name.title().replace("Uris", "URIs"): value for name, value in fields}


def one_line_entries(text: str) -> Iterator[Entry]:
    """Read the lines of a *.list file: `deb [option=value ...] address suite component ...`."""
    full_names = {"arch": "Architectures", "lang": "Languages", "target": "Targets"}
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)", line)
        if match:
            options, address, suite, components = match.groups()
            entry = {"Types": "deb", "URIs": address, "Suites": suite, "Components": components.strip()}
            for option in (options or "").split():
                name, _, value = option.partition("=")
                entry[full_names.get(name, name.title())] = value.replace(",", " ")
            yield entry


def entries(etc: Path) -> Iterator[Entry]:
    """Read everything the machine's apt is told to use."""
    parts = etc / "sources.list.d"
    for path in [etc / "sources.list", *sorted(parts.glob("*.list"))]:
        if path.is_file():
            yield from one_line_entries(path.read_text(encoding="utf-8"))
    for path in sorted(parts.glob("*.sources")):
        yield from deb822_entries(path.read_text(encoding="utf-8"))


def is_debians_own(entry: Entry, codename: str) -> bool:
    """Tell Debian's main archive from its security archive and from other people's."""
    return (
        entry.get("Enabled", "yes").lower() not in ("no", "false", "0")
        and "deb" in entry.get("Types", "").split()
        and "main" in entry.get("Components", "").split()
        and bool((ROLLING | {codename}) & set(entry.get("Suites", "").split()))
        and ("Signed-By" not in entry or "debian-archive" in entry["Signed-By"] or "\n" in entry["Signed-By"])
    )


def machines_release() -> str:
    """Return the code name of the Debian release on this machine, empty on anything else."""
    path = Path("/etc/os-release")
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    system = dict(re.findall(r'^(\w+)="?([^"\n]*)', text, flags=re.MULTILINE))
    return system.get("VERSION_CODENAME", "") if system.get("ID") == "debian" else ""


def download(entry: Entry, release: str, packages: List[str], apt: Path) -> List[Path]:
    """Download packages with all they depend on, through an apt whose every folder lies below `apt`."""
    for folder in ("sources", "lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    stanza = dict(entry, Types="deb", Suites=release, Components="main")
    text = "".join("{}: {}\n".format(*field) for field in stanza.items())
    (apt / "sources" / "debian.sources").write_text(text, encoding="utf-8")
    (apt / "status").touch()  # an empty one: no package counts as installed, so every dependency is listed
    settings = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": apt / "sources",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": apt,
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt / "cache",
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
    }
    command = ["apt-get", "-qq", "-y", "--no-install-recommends"]
    for name, value in settings.items():
        command += ["-o", "{}={}".format(name, value)]
    subprocess.check_call([*command, "update"])
    subprocess.check_call([*command, "install", "--download-only", *packages])
    return sorted((apt / "cache" / "archives").glob("*.deb"))


def unpack(release: str, packages: List[str], root: Path) -> None:
    """Unpack packages and what they depend on into `root`, from the first archive that has them.

    Raises SystemExit when there is none.
    """
    candidates = [entry for entry in entries(Path("/etc/apt")) if is_debians_own(entry, machines_release())]
    for entry in candidates:
        with tempfile.TemporaryDirectory() as apt:
            try:
                archives = download(entry, release, packages, Path(apt))
            except subprocess.CalledProcessError:
                continue
            for archive in archives:
                subprocess.check_call(["dpkg-deb", "--extract", str(archive), str(root)])
            return
    raise SystemExit("No Debian archive of this machine's apt gave {} of {}.".format(packages[0], release))


def settle_python(root: Path, home: Path, patchelf: str) -> None:
    """Bind the interpreter in `root` to the C library beside it, for a life in the folder `home`."""
    loader = next(root.glob("usr/lib*/ld*.so.*")).relative_to(root)
    libraries = next(root.glob("usr/lib/*/libc.so.6")).parent.relative_to(root)
    ends = ["--set-interpreter", str(home / loader), "--force-rpath", "--set-rpath", str(home / libraries)]
    subprocess.check_call([patchelf, *ends, str(root / "usr/bin/python3.14")])


def main(what: str, folder: str, patchelf: str = "") -> None:
    """Build the folder under another name and move it into place when it is whole."""
    home = Path(folder).absolute()
    with tempfile.TemporaryDirectory(dir=str(home.parent)) as temporary:
        root = Path(temporary) / "root"
        root.mkdir()
        if what == "python":
            unpack(RELEASE_WITH_PYTHON, PYTHON_PACKAGES, root)
            settle_python(root, home, patchelf)
        else:
            unpack(machines_release(), ["python3-pip-whl"], root)
        root.rename(home)


if __name__ == "__main__":
    main(*sys.argv[1:])
