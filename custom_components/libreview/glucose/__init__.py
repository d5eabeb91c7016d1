"""The maths of glucose: pure functions over readings, without Home Assistant and without the cloud."""
