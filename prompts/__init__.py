"""Texts given to a language model: `prompt.py` reads and fills them. The templates of the briefs."""
