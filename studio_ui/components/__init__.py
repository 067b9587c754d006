"""The page's own parts: Gradio HTML components with static templates and our own scripts."""
