"""Where the operator meets the world: one module or package each, none of which knows another."""
