"""Renders the brand images from their drawing: `.venv/bin/python scripts/brand` (needs a Chromium)."""

from pathlib import Path
import shutil

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
BRAND = HERE.parents[1] / "custom_components/libreview/brand"
HEIGHT = 256
LOGO_WIDTH = 1024
INK = {"": "#134e4a", "dark_": "#ccfbf1"}


def logo(drawing: str, ink: str) -> str:
    """The drawing with the name beside it."""
    word = f"font: 600 140px 'DejaVu Sans', sans-serif; color: {ink}; letter-spacing: -6px"
    return f"""
        <div style="display: flex; align-items: center; height: {HEIGHT}px; width: {LOGO_WIDTH}px">
            <div style="flex: none; width: {HEIGHT}px; height: {HEIGHT}px">{drawing}</div>
            <span style="{word}">LibreView</span>
        </div>"""


def main() -> None:
    """Write every size and variant."""
    drawing = (HERE / "icon.svg").read_text(encoding="utf-8")
    icon = f'<div style="width: {HEIGHT}px; height: {HEIGHT}px">{drawing}</div>'
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for scale, suffix in ((1, ""), (2, "@2x")):
            page = browser.new_page(
                viewport={"width": LOGO_WIDTH, "height": HEIGHT}, device_scale_factor=scale
            )
            for theme, ink in INK.items():
                for name, html, width in (("icon", icon, HEIGHT), ("logo", logo(drawing, ink), LOGO_WIDTH)):
                    if name == "icon" and theme:
                        continue  # The drop is as good on dark.
                    page.set_content(f'<body style="margin: 0">{html}</body>')
                    page.screenshot(
                        path=BRAND / f"{theme}{name}{suffix}.png",
                        omit_background=True,
                        clip={"x": 0, "y": 0, "width": width, "height": HEIGHT},
                    )
        browser.close()


if __name__ == "__main__":
    main()
