"""What CPython's own modules need to know of this machine; run once by the build. `call` is that of process.py, which follows in the same namespace."""
