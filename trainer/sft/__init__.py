"""Fine-tuning with LoRA: from a dataset folder and a base model to an adapter with its proof."""
