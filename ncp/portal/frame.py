"""The frame of a portal page: menu by role, who is logged in, and the patient banner."""

from fastapi import Request

from ncp.clinician import Page
from ncp.norwegian import OSLO
from ncp.portal.session import IDLE, PatientContext, Session
from ncp.portal.shown import birth_with_age, name, sex
from ncp.wire.saml import Purpose
from terminology.pages.frame import Frame, Link, PatientBanner
from terminology.pages.messages import Messages, messages

MENU = (
    (Page.PATIENT, "/", "portal.menu.patient"),
    (Page.PATIENT, "/logg", "portal.menu.log"),
    (Page.TERMINOLOGY, "/term", "portal.menu.terminology"),
    (Page.TEST, "/test", "portal.menu.test"),
    (Page.OPERATIONS, "/drift", "portal.menu.operations"),
)


def frame_of(request: Request, session: Session | None, title: str) -> Frame:
    """The frame for this visitor on this page."""
    portal = request.app.state.portal
    words = messages(session.language if session else "nb")
    user = session.user if session else None
    path = request.url.path
    menu = [(href, key) for page, href, key in MENU if user is not None and page in user.pages]
    return Frame(
        language=words.language,
        title=title,
        menu=tuple(Link(href, words.text(key), current=_inside(path, href)) for href, key in menu),
        footer=(
            Link("/om", words.text("app.about")),
            Link("/tilgjengelighet", words.text("app.accessibility")),
        ),
        user=f"{user.name}, {role(user.username, words)}" if user else None,
        logout_action="/logg-ut" if user else None,
        language_action="/spraak" if session else None,
        return_path=getattr(request.state, "return_path", path if request.method == "GET" else "/"),
        form_token=session.token if session else None,
        banner=banner_of(session, words) if session else None,
        test_environment=portal.settings.environment.value == "test",
        stores_data=portal.settings.keeps_messages,
        clears_storage=path in ("/avsluttet", "/logg-inn"),
        idle_seconds=int(IDLE.total_seconds()) if user else None,
        in_use_address="/i-bruk" if user else None,
    )


def _inside(path: str, href: str) -> bool:
    """Whether a page is the one of the menu, or lies below it."""
    return path == href or (href != "/" and path.startswith(f"{href}/"))


def role(username: str, words: Messages) -> str:
    """What the person of the test login is, in words."""
    return words.text(f"portal.user.{username}")


def banner_of(session: Session, words: Messages) -> PatientBanner | None:
    """The banner of the confirmed patient; before the confirmation there is nobody to name."""
    context = session.patient
    if context is None or context.relationship is None:
        return None
    who = context.relationship.candidate.demographics
    return PatientBanner(
        name=name(who) or words.text("absence.unknown"),
        born=birth_with_age(who.birth_time, session.seen.astimezone(OSLO).date(), words),
        sex=sex(who.gender, words),
        identifier=context.relationship.patient.extension or context.relationship.patient.root,
        country=context.peer.name(words.language),
        source=_source(context, words),
        marks=_marks(context, words),
        end_action="/pasient/avslutt",
        patient_token=context.key,
    )


def _marks(context: PatientContext, words: Messages) -> tuple[str, ...]:
    emergency = context.login.purpose is Purpose.EMERGENCY
    return (words.text("btg.marked"),) if emergency else ()


def _source(context: PatientContext, words: Messages) -> str | None:
    if not context.documents:
        return None
    latest = max(each.at for each in context.documents.values()).astimezone(OSLO)
    return words.text(
        "portal.source", country=context.peer.name(words.language), time=latest.strftime("%H:%M")
    )
