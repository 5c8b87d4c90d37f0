"""A new answer, as a maintainer may write one: no other answer is near it, so that it takes no question away."""

TITLE = "Can I charge an electric car?"
WORDS = "Some units have a place to charge a car. Ring the ward and ask where it is, and what it costs."
SENTENCES = (
    "is there a charging point for my electric car",
    "where do I plug the car in when we visit",
    "do they have an EV charger at the hospital",
    "we come two hundred miles by electric car, can it be charged there",
    "car charger for visitors",
    "my battery will be flat by the time i get there, is there anywhere to charge it",
    "how much is it to charge a car there",
    "are the charging points only for staff",
    "can I top the car up while I am visiting",
    "electric car charging at the secure unit",
    "whats the nearest charger to the ward",
    "do I need a card for the car charger",
)
ASKED = "can i charge my electric car at the unit"
"""What a carer asks before there is an answer; it gets none."""

AGAIN = "is there a charger for an electric car at the hospital"
"""What a carer asks once there is one."""
