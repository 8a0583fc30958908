"""Questions, measures and runs that test the guide's grounding."""
