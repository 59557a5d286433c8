"""One thread imports transformers at a time: its lazy modules fail where two threads ask for them at once."""

import threading

IMPORTING = threading.RLock()
