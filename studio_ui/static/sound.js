// Hands what a voice said to the candidate that asked for it; nothing of its own is seen.
watch('value', () => {
  if (props.value) window.dispatchEvent(new CustomEvent('studio:sound', {detail: props.value}));
});
