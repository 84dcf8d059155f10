import sys

from . import main

status = 1
try:
    main()
    status = 0
except Exception as error:
    print(f"Error: {error}", file=sys.stderr)
sys.exit(status)
