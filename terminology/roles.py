"""Who may do what with the terminology: a list of user names per role, from an installation's settings."""

from dataclasses import dataclass

from terminology.workspace.actor import Actor, Role

EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class RoleLists:
    """User names separated by commas or blanks; `*` is everybody who gets as far as the terminology at all.

    One person may hold several roles. That nobody takes both sides of one row is not a matter of roles; the
    workspace sees to it.
    """

    editors: str = EVERYBODY
    reviewers: str = EVERYBODY
    publishers: str = EVERYBODY

    def actor(self, user: str, name: str | None = None) -> Actor:
        """The person with the roles that the lists give."""
        lists = {Role.EDITOR: self.editors, Role.REVIEWER: self.reviewers, Role.PUBLISHER: self.publishers}
        held = frozenset(role for role, names in lists.items() if _holds(names, user))
        return Actor(user, name or user, held)


def _holds(names: str, user: str) -> bool:
    listed = names.replace(",", " ").casefold().split()
    return EVERYBODY in listed or user.casefold() in listed
