"""The pre-post check: what in a draft could hurt somebody or break the policy, told to its author alone.

Policy 3.4.
"""
