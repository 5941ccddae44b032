"""What a message or a moment brings about, inside one transaction."""
