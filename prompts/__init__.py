"""Texts given to a language model, and the templates of the briefs."""
