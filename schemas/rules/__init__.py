"""The constraint tables of CDA documents, one set per wave, in the project's own form. See README.md."""

from .tables import Constraint, Context, DatatypeRule, RuleSet, available, rule_set

__all__ = ["Constraint", "Context", "DatatypeRule", "RuleSet", "available", "rule_set"]
