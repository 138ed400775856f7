"""What puts Forethought on a Debian 12 machine, and a newer one in its place: bin/install and bin/upgrade.

Nothing but Python's standard library, because it runs before there is anything else, and as root.
"""
