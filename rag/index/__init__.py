"""The index: made, kept in Chroma, reopened when another process changed it."""
