"""The workspace: concepts, texts and mappings as people edit them, between two releases."""
