"""From a question to an answer of quotes, or to a refusal."""
