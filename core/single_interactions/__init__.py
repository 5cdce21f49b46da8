"""Create Interaction: one communication with one contact, logged or postponed."""
