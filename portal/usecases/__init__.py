"""What people do: one plain function per thing someone does."""
