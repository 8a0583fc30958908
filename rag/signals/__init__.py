"""What a question and the passages share: meaning, words, spelling, questions written in advance."""
