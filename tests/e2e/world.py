"""What happens in the world while nobody looks: to accounts, to persons, to time."""

import json

from tests.cloud_double import Account, CloudDouble, Person
from tests.home import Home


async def hours_pass(home: Home) -> None:
    """Restart as if the last sign-in were long ago; by itself the integration waits 5 min for the next."""
    await home.stop()
    for path in (home.folder / ".storage").glob("libreview.*"):
        if ".history." in path.name:
            continue
        store = json.loads(path.read_text(encoding="utf-8"))
        if path.suffix == ".diary":
            for diary in store["data"].values():
                diary["attempted_at"] = None
        elif path.name.count(".") == 1:  # The sessions of an account have its id alone in the file's name.
            for session in store["data"].values():
                session["sign_in_after"] = 0
        else:
            continue
        path.write_text(json.dumps(store), encoding="utf-8")
    await home.start()


def account(cloud: CloudDouble, email: str) -> Account:
    """The account with that e-mail address."""
    found = cloud.account_with_email(email)
    assert found is not None
    return found


def person(cloud: CloudDouble, name: str) -> Person:
    """The followed person with that name."""
    found = cloud.person(name)
    assert found is not None
    return found
