"""What is kept for how long, what stops its disposal, and how it is let go of by two people. Clause 11.1."""
