"""What stands round the content of a page: language, menu, user, patient banner and test mark."""

from dataclasses import dataclass

from terminology.pages.messages import LANGUAGES, Messages, messages


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu. `current` marks the page shown."""

    href: str
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class PatientBanner:
    """Who the page is about. Every text is ready to read; an unknown value says so in words, never blank."""

    name: str
    born: str  # "05.06.1958 (68 år)"
    sex: str  # "kvinne"
    identifier: str
    country: str  # that issued the identifier, as text
    source: str | None = None  # the line under the identity: which document, made and fetched when
    marks: tuple[str, ...] = ()  # what stays visible while the patient is open, e.g. opened in an emergency
    end_action: str | None = None  # address of the form that ends the patient; None on paper and in files
    patient_token: str | None = None  # ties every form of the page to this patient


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page. `title` goes into the browser's history and must not name a patient."""

    language: str  # nb, nn or en
    title: str
    menu: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    user: str | None = None  # name and role of who is logged in
    logout_action: str | None = None
    language_action: str | None = None  # address of the form that changes the language; None hides it
    return_path: str = "/"  # where that form comes back to: an address without patient data
    form_token: str | None = None  # against forged forms
    banner: PatientBanner | None = None
    test_environment: bool = True
    stores_data: bool = False  # messages and documents are kept: said on every page
    clears_storage: bool = False  # the last page of a session empties the browser's session storage
    idle_seconds: int | None = None  # without use for so long, the page hides itself and logs out
    in_use_address: str | None = None  # told now and then while somebody reads, so that the session lives

    @property
    def texts(self) -> Messages:
        """The message catalogue in the language of the page."""
        return messages(self.language)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages to choose from."""
        return LANGUAGES
