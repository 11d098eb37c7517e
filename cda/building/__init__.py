"""Writing CDA documents: the same data types as in reading, from typed content to XML."""
