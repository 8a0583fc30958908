"""Readers of file formats: bytes in, Markdown and what the file says of itself out (`base.Extract`).

`corpus.read` chooses the reader; `worker` runs it in a process of its own, which `corpus.isolated` ends when it hangs.
"""
