"""Leave to monitor the school's own systems: asked for, decided, ended. Nothing here reads a message."""

__all__: list[str] = []
