"""Alongside: a carer support chatbot that answers in approved words and hands over to a named worker."""
