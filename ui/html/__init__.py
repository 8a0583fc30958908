"""Answers, sources and sheets as HTML."""
