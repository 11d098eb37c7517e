"""The portal in a real browser: pages that may not complain, axe, narrow windows, screenshots."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from terminology.pages import assets
from tests.support.chain import RICH
from tests.support.chromium import PATIENCE
from tests.support.portal import LABELS

AXE = Path(assets.__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
PATH_KEY = "htmx-current-path-for-history"


@dataclass
class Window:
    """A browser window of a visitor. At its end no script has failed and no policy was broken."""

    address: str
    context: object
    page: object = None
    complaints: list[str] = field(default_factory=list)

    def tab(self) -> Window:
        """Another tab of the same browser."""
        made = Window(self.address, self.context, self.context.new_page(), self.complaints)
        made.page.on("console", lambda message: self._note(message.text))
        made.page.on("pageerror", lambda error: self._note(str(error)))
        return made

    def _note(self, text: str) -> None:
        if "the server responded with a status of 4" not in text:  # a page that says no is a page
            self.complaints.append(text)

    # --- going on ----------------------------------------------------------------------------------------

    def log_in(self, user: str = "lege") -> Window:
        self.page.goto(f"{self.address}/logg-inn")
        self.page.click(f"button[value={user}]")
        return self

    def enter(self, country: str, number: str | None = None) -> Window:
        """Country chosen and number filled in."""
        self.page.goto(f"{self.address}/")
        self.page.select_option("#land", country)
        field_ = self.page.locator(f"#{LABELS[country]}")
        field_.wait_for()
        field_.fill(RICH[country].extension if number is None else number)
        return self

    def search(self, country: str, number: str | None = None) -> Window:
        self.enter(country, number)
        return self.press("Søk")

    def confirm(self) -> Window:
        self.page.check("#informert")
        self.page.check("#relasjon")
        return self.press("Bekreft pasienten")

    def press(self, name: str) -> Window:
        """A button of this name, and the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        return self

    def summary(self, country: str, number: str | None = None) -> Window:
        return self.search(country, number).confirm().press("Vis på norsk")

    # --- looking -----------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def shot(self, name: str) -> None:
        """A picture for people to look at; ignored by git."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def sound(self, name: str, *, narrow: bool = False) -> Window:
        """Axe finds nothing, with `narrow` at 320 pixels too; nothing is cut off there in any case."""
        self._axe(name)
        self.shot(name)
        self.page.set_viewport_size({"width": 320, "height": 640})
        assert self.page.evaluate("document.documentElement.scrollWidth") == 320, name
        if narrow:
            self._axe(f"{name} at 320 pixels")
            self.shot(f"{name}-320")
        self.page.set_viewport_size({"width": 1280, "height": 720})
        assert self.page.evaluate("Object.keys(sessionStorage)") in ([], [PATH_KEY])
        assert self.page.evaluate("localStorage.length") == 0
        return self

    def _axe(self, name: str) -> None:
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        violations = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
        assert violations == [], f"{name}: {violations}"


@contextmanager
def window(browser, address, **options):
    """A browser of its own with one tab."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, **options)
    context.set_default_timeout(PATIENCE)
    made = Window(address, context).tab()
    try:
        yield made
    finally:
        context.close()
    assert made.complaints == []
