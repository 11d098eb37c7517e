"""The rule engine of CDA documents: executes the constraint tables of `schemas/rules` and our own rules.

`tree` is the document as the engine sees it, `machine` decides which constraints apply where, `children`,
`attributes` and `datatypes` say what each of them means, `own` holds the rules that no table can state.
"""
