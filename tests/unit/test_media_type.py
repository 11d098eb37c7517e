"""Content-Type: the action and our own form."""

from ncp.wire import media_type


def test_the_action_comes_from_the_content_type_or_the_old_header():
    assert media_type.action_of('application/soap+xml; action="urn:a"') == "urn:a"
    assert media_type.action_of("application/soap+xml", '"urn:b"') == "urn:b"
    assert media_type.action_of('application/soap+xml; action="urn:a"', "urn:b") == "urn:a"
    assert media_type.action_of("application/soap+xml") is None
    assert media_type.action_of("application/soap+xml", '""') is None


def test_our_content_type_is_read_back():
    found = media_type.parse(media_type.soap_content_type("urn:a"))
    assert (found.name, found.parameters["action"]) == ("application/soap+xml", "urn:a")
