"""What the page shows: layout and binding only, one view a file."""
