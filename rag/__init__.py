"""Finding evidence, composing verified answers. Read `rag/guide.py` first."""
