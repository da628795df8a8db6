"""The app for AppTest, which takes a folder pages/ beside the script for a site of its own; so it starts one folder away."""

from app import main

main()
