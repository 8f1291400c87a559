"""`python -m app.cli`: the console command where no script was installed."""

from app.cli import main

main()
