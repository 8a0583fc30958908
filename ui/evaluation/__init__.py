"""What the tab « Évaluation » shows."""
