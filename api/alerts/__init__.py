"""The pages on which workers look after their alerts."""
