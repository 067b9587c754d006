// Hands what a search found to the chooser; nothing of its own is seen.
watch('value', () => {
  if (props.value) window.dispatchEvent(new CustomEvent('studio:found', {detail: props.value}));
});
