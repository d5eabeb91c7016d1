"""Where an account lives: by the country its person names, or by what the cloud redirects to."""

from typing import TYPE_CHECKING

from . import fields, regions
from .errors import CloudError, RedirectRefusedError

if TYPE_CHECKING:
    from .line import Line


async def by_country(line: Line, country: str) -> str:
    """The region of a country, as the cloud says it or else as our own table does."""
    if country in regions.UNREDIRECTED:
        return regions.UNREDIRECTED[country]
    data = await _configuration(line, country)
    named = fields.text(data.get("lslApi"))
    return (named and regions.region_of_address(named)) or regions.region_of_country(country)


async def by_redirect(line: Line, data: fields.Json) -> str:
    """The region that an answer redirects to, if it is Abbott's: in our table, or in the cloud's own list.

    Raises RedirectRefusedError for any other.
    """
    region = (fields.text(data.get("region")) or "").lower()
    if regions.is_known(region):
        return region
    if regions.is_region_code(region):
        listed = fields.mapping((await _configuration(line, "US")).get("regionalMap"))
        if region in listed:
            return region
    raise RedirectRefusedError("the cloud redirects to a region that is not Abbott's")


async def _configuration(line: Line, country: str) -> fields.Json:
    """The cloud's public configuration, empty when it does not answer."""
    path = f"/llu/config/country?country={country}"
    try:
        answer = await line.request("GET", regions.GLOBAL, path, name="configuration")
    except CloudError:
        return fields.EMPTY
    return fields.mapping(answer.get("data"))
