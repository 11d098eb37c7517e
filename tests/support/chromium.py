"""A headless browser for tests: the one of the system, or a skip that says so (in CI a failure)."""

import os
import shutil
from contextlib import contextmanager

import pytest

PATIENCE = 120_000  # milliseconds for a loaded machine; a test of a limit has its own


@contextmanager
def chromium():
    """A launched Chromium of Playwright; closed at the end."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "chromium is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"], timeout=PATIENCE)
        try:
            yield browser
        finally:
            browser.close()
