"""Everything the Rasa process loads. Imports Rasa, spaCy and of ours only alongside.core and alongside.encoder."""
