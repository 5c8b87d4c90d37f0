"""The language-understanding pipeline, in the order of config.yml: words, encoder, answers."""
