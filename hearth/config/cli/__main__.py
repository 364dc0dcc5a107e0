"""``python -m hearth.config.cli`` is the same as ``hearth``."""

import sys

from hearth.config.cli import main

if __name__ == "__main__":  # web workers are spawned and import this file again
    sys.exit(main())
