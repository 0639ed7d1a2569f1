"""What we offer: services, blocks and regions as data, and the reader that refuses bad data."""
