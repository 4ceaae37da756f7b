"""Libraries that are traced through a drop-in client, a wrapping or a callback handler, one module for each library."""
