"""What we say: one notice rendered in the ways a person may want it."""
