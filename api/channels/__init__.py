"""The ways a carer reaches Alongside."""
