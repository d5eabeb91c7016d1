"""Which files may be read and written."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.support.csv_files import export_of
from tests.support.stored_history import refusal


async def test_a_path_that_is_missing_or_no_file_is_an_error(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, folder: Path
) -> None:
    for path in (folder / "missing.csv", folder):
        error = await refusal(hass, "import_csv", person=alex, path=str(path))
        assert error.translation_key == "file_unreadable"
        assert error.translation_placeholders == {"path": str(path)}


async def test_a_file_that_is_far_too_big_is_not_read(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, folder: Path
) -> None:
    path = folder / "huge.csv"
    with path.open("wb") as file:
        file.truncate(101 * 2**20)  # Which takes no room on the disk.

    error = await refusal(hass, "import_csv", person=alex, path=str(path))

    assert error.translation_key == "file_unreadable"


@pytest.mark.parametrize("action", ["import_csv", "export"])
@pytest.mark.parametrize("way", ["elsewhere", "upwards", "by a link"])
async def test_a_path_outside_of_the_allowed_folders_is_refused(
    hass: HomeAssistant, alex: str, folder: Path, tmp_path: Path, action: str, way: str
) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_bytes(export_of())
    (folder / "link.csv").symlink_to(elsewhere)
    path = {
        "elsewhere": elsewhere,
        "upwards": folder / ".." / "elsewhere.csv",
        "by a link": folder / "link.csv",
    }[way]

    error = await refusal(hass, action, person=alex, path=str(path))

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "path_not_allowed"
    assert elsewhere.read_bytes() == export_of()


async def test_a_file_that_cannot_be_written_is_an_error(
    hass: HomeAssistant, followed: MockConfigEntry, alex: str, folder: Path
) -> None:
    (folder / "in_the_way").mkdir()

    error = await refusal(hass, "export", person=alex, path=str(folder / "in_the_way"))

    assert error.translation_key == "file_unwritable"
    state = followed.runtime_data.history
    assert await state.async_run(lambda store: True)
