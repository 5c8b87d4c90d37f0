"""The workers' inbox: who waits, and each case with its thread and what can be done with it."""
