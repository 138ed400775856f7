"""Data protection: breaches of personal data, complaints about how data was treated, and their clocks."""
