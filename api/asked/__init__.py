"""What carers asked and did not get: the pages on which maintainers see to it."""
