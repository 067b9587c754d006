"""The only code that knows a vendor: script writers and voices behind two small protocols."""
