"""The one Jinja2 environment of all page makers: escaping on, undefined names refused, shared frame."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from terminology.pages.assets import static_url
from terminology.pages.frame import Frame

_TEMPLATES = Path(__file__).parent / "templates"


def environment(*template_folders: Path) -> Environment:
    """An environment that finds templates in the given folders first and the shared frame after them.

    A page extends `base.html` and fills its blocks `main` and, for a style sheet of its own, `styles`. Marks
    come from `marks.html`. Everything is escaped, whatever the file is called.
    """
    made = Environment(
        loader=FileSystemLoader([*template_folders, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # templates do not change while the service runs
    )
    made.globals["static"] = static_url
    return made


def render(made: Environment, template: str, frame: Frame, **values: object) -> str:
    """A page with its frame. The template sees `frame`, `t(key, **params)` and the values given.

    Raises: KeyError: a text that no catalogue has; jinja2.UndefinedError: a value that was not given.
    """
    return made.get_template(template).render(frame=frame, t=frame.texts.text, **values)
