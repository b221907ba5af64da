"""A deterministic city of employers, agencies, banks and a tax bureau that fills the exchange database."""
