"""Places and job codes: communes, ROME; QPV outlines come with the evidence issue."""
