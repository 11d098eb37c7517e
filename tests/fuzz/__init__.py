"""Coverage-guided fuzzing of the CDA parser: a long series of its own, run by hand (see `__main__`)."""
