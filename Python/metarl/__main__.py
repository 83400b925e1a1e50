"""`python3 -m metarl …` is `metarl …`."""

import os
import sys

from .program import executable

if __name__ == "__main__":
    path = str(executable())
    os.execv(path, [path, *sys.argv[1:]])
