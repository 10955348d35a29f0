"""`python -m readiness` is the command `readiness`."""

from readiness.cli import main

if __name__ == "__main__":
    main()
