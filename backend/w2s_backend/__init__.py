"""Inference and fine-tuning for the Weak-to-Strong Lab, in OpenAI's wire format."""

__version__ = "0.1.0"
