"""Measures: pure functions from an item and an answer to a `Score`, or `None` where they do not apply."""
