"""FHIR R4 terminology operations on a release of the catalogue. `router.fhir_router` makes the HTTP surface.

Everything else here is pure: a catalogue and the request's parameters in, a FHIR resource as plain data out.
Elements stand in the order of the R4 definitions, which the XML form depends on.
"""
