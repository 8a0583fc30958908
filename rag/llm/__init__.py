"""The guide with a language model. Nothing of this is loaded unless `PTCE_LLM` is set; `answerer.py` comes first."""
