"""The page that tells a person which accounts there are."""

from html import escape

from .account import Account
from .person import Person, Uom
from .world import World


def index(cloud: World, url_template: str) -> str:
    """The page."""
    rows = "".join(_row(account) for account in cloud.accounts)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>LibreView cloud double</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border-bottom: 1px solid #ccc; padding: .4rem .8rem .4rem 0; text-align: left }}
td:not(:last-child) {{ white-space: nowrap }}
</style></head><body>
<h1>LibreView cloud double</h1>
<p>A pretended cloud of LibreLinkUp and LibreView. Nobody here is real. Sign in with one of these:</p>
<table>
<tr><th>E-mail</th><th>Password</th><th>Region</th><th>Unit</th><th>To do first</th><th>Follows</th>
<th>LibreView</th></tr>
{rows}
</table>
<p>Regions are at <code>{escape(url_template)}</code>; the start host is <code>global</code>.
What was asked: <a href="/_double/log">/_double/log</a>.</p>
</body></html>"""


def _row(account: Account) -> str:
    cells = (
        account.email,
        account.password,
        account.region,
        "mg/dL" if account.uom is Uom.MG_DL else "mmol/L",
        ", ".join(account.steps) or "nothing",
        ", ".join(person.name + _peculiarity(person) for person in account.follows) or "nobody",
        _own(account),
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _peculiarity(person: Person) -> str:
    said = [
        *(["mmol/L" if person.uom is Uom.MMOL_L else "mg/dL"] if person.uom is not None else []),
        *(["sensor ended"] if person.sensor is not None and person.sensor.ended is not None else []),
        *(["no sensor"] if person.sensor is None else []),
        *(["no reading"] if not person.has_reading else []),
    ]
    return f" ({', '.join(said)})" if said else ""


def _own(account: Account) -> str:
    """What the account has at LibreView."""
    said = [
        *(["patients of a practice"] if account.professional is not None else []),
        *([f"data of {account.own.name}"] if account.own is not None else []),
        *([f"code {account.second_factor.code}"] if account.second_factor is not None else []),
        *(["password expired"] if account.expired_password is not None else []),
    ]
    return ", ".join(said) or "no data"
