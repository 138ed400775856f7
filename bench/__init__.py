"""Measured work, each figure beside its floor in the same run. `bin/bench [NAME …] [--json FILE] [--postgres]`."""
