"""`make screenshots`: pictures of all pages into var/screenshots."""

import sys

from dashboards.screenshots import main

if __name__ == "__main__":
    sys.exit(main())
