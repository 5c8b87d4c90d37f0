"""The pages for looking after people: who signs in, when they work, who stands in, and the week of each service."""
