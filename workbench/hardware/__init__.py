"""What a network costs: sizes counted exactly from the document, activity measured by running it."""
