// Hands the price of a change to the line that asked for it; nothing of its own is seen.
watch('value', () => {
  if (props.value) window.dispatchEvent(new CustomEvent('studio:price', {detail: props.value}));
});
