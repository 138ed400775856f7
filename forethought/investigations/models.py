"""Suspected breaches, looked into fairly."""

__all__: list[str] = []
