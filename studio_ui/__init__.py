"""What people see: the studio pages, the media routes and the command line."""
