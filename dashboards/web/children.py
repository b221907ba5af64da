"""What every process that the serving one started does first: see to it that it ends with it, however that ended."""

import multiprocessing
import os
import threading


def end_with_the_parent() -> None:
    """From now on this process ends when the one that started it is gone, be it by SIGKILL."""
    threading.Thread(target=_wait, name="end-with-the-parent", daemon=True).start()


def _wait() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
