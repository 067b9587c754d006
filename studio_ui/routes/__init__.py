"""The addresses of the studio beside its pages: media, status, health."""
