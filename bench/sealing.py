"""The floor of keeping a file: hash it, encrypt it, write it and sync it, with nothing around that."""

import hashlib
import os
import resource
import tempfile

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def raw_1mib_cpu_ms(times: int = 50) -> float:
    """Processor time in milliseconds of SHA-256, AES-256-GCM and a write with fsync of 1 MiB."""
    content, cipher = os.urandom(1024 * 1024), AESGCM(os.urandom(32))
    with tempfile.TemporaryDirectory(prefix="ft-bench-") as folder:
        before = resource.getrusage(resource.RUSAGE_SELF)
        for number in range(times):
            hashlib.sha256(content).digest()
            sealed = cipher.encrypt(os.urandom(12), content, None)
            fd = os.open(f"{folder}/{number}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(fd, sealed)
            os.fsync(fd)
            os.close(fd)
        after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000 / times
