"""A widget's folder or archive, read once into one frozen value; readers of its formats; byte-exact edits."""
