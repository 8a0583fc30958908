"""Finding evidence, composing verified answers. Read `rag/guide.py` first."""

import os

# read when numpy is loaded: its threads wait for the next product by spinning, which costs more than they save
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
